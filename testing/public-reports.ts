import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Verdict } from '../src/records/index.ts'
import { startSimulator } from '../src/simulator/index.ts'
import { scanWithCompatCanary } from './compat-canary.ts'
import { readVerdict, root, runCli } from './run-cli.ts'

/**
 * Public reports of what services and gateways do, reproduced by a proxy before a healthy service: `fault` has to fail with its
 * cause named, `legal` has to pass, `odd` may do either, and fail only for what is odd.
 */
export const REPORTS = join(root, '../shared/public-reports')

export type Report = {
  readonly id: string
  readonly kind: 'fault' | 'legal' | 'odd'
  readonly source: string
}
export type Judged = Report & {
  readonly exitCode: number | null
  readonly verdict: Verdict['verdict'] | 'none'
  readonly reasons: readonly string[]
  readonly seconds: number
  /** The probes of CompatCanary that do not pass; of a fault where it was asked. */
  readonly missing?: readonly string[]
  /** Whether that is what its kind asks; `not caught` of a fault that no promise is about yet. */
  readonly is: 'right' | 'wrong' | 'not caught'
}

/** What each failed check of an odd service may say, and one of a faulty one has to. */
const NAMED: Readonly<Record<string, RegExp>> = {
  'sg3912-finish-empty': /finish.reason.*""/,
  'pidesktop217-open-after-done': /^streaming\.ends-its-response: .*not ended after/,
  'gaie2056-large-request-500':
    /^generation\.takes-large-requests.*a legal request of \d+ characters .*HTTP 500/,
  'tt2549-streams-one-by-one': /^generation\.serves-together.*served one after the other: their first deltas/,
  'aigw494-long-stream-cut': /a stream(?:ed request| of \d+ tokens).*truncated-stream/,
  'lemonade2826-error-without-frame': /outside of any event its body says: .*(temperature|max_tokens)/,
  'trtllm3280-whole-text-chunk': /^streaming\..*(the stream brings|became)/,
  'vllmmlx628-stop-never-said': /^streaming\..*without a finish reason/,
  'aigw2391-cut-at-content-length': /^streaming\..*without a finish reason/,
  'mlxvlm1044-stop-ignored-on-chat': /^generation\.stops-at-a-stop: .*on chat/,
  'lcp1907-max-completion-tokens-ignored': /^forms\.heeds-both-caps: .*max_completion_tokens.*has no effect/,
  'mlxvlm1137-last-part-only': /^forms\.reads-every-part: .*only the last part was read/,
  'll38098-id-per-chunk': /^identity\.one-answer-is-one: .*one stream has \d+ ids/,
  'promptfoo10605-replay-cache': /^identity\.answers-anew: .*a replay/,
  'sgjax296-n-ignored': /^generation\.gives-n-choices: .*n: 3 .*gives 1 choice/,
  'll25624-stale-content-length': /content-length/,
  'gpustack4010-half-not-found': /HTTP 404/,
  'vllm50477-required-tool-ignored': /^tools\.required-calls: .*the answer holds no tool call/,
  'vllm4651-chat-route-gone': /^expected-routes failed: the chat route is missing/,
  'promptfoo8070-error-in-200': /rate limit exceeded/,
  'iklc467-no-done': /^streaming\..*without \[DONE\]/,
}

/** The reports of a folder; undefined where it is not there. */
export function listReports(folder: string): readonly Report[] | undefined {
  const proxy = join(folder, 'proxy.mjs')
  if (!existsSync(proxy)) return undefined
  const lines = execFileSync(process.execPath, [proxy, '--list'], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [, id = '', kind = '', source = ''] = /^(\S+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (kind !== 'fault' && kind !== 'legal' && kind !== 'odd') throw new Error(`${proxy} lists ${line}`)
    return { id, kind, source }
  })
}

/** Three seconds an answer: all checks of it take ten minutes. */
const SLOW = 'lc25241-slow-prefill-with-pings'
const SHORT = ['--grep', '^(health|streaming\\.(answers|ends))']

export type JudgeOptions = {
  readonly onJudged?: (judged: Judged) => void
  /** Asks CompatCanary about each fault, too. */
  readonly isScanned?: boolean
  /** Checks less of the service that takes seconds for each answer. */
  readonly isShort?: boolean
}

/** Runs `check --url` against each reproduction, the slow one beside two others; each judged one is told as it ends. */
export async function judgeReports(
  folder: string,
  reports: readonly Report[],
  { onJudged = () => {}, isShort = false, isScanned = false }: JudgeOptions = {},
): Promise<readonly Judged[]> {
  const judged = new Map<string, Judged>()
  const left = reports.toSorted((a, b) => Number(b.id === SLOW) - Number(a.id === SLOW))
  const lane = async () => {
    for (let report = left.shift(); report; report = left.shift()) {
      const selection = isShort && report.id === SLOW ? SHORT : []
      const one = await judgeReport(folder, report, { selection, isScanned })
      judged.set(report.id, one)
      onJudged(one)
    }
  }
  await Promise.all([lane(), lane(), lane()])
  return reports.flatMap(({ id }) => judged.get(id) ?? [])
}

type Asking = { readonly selection: readonly string[]; readonly isScanned: boolean }

/** Its patience with each request: an answer takes milliseconds here. */
const SCANNER_SECONDS = 10

async function judgeReport(
  folder: string,
  report: Report,
  { selection, isScanned }: Asking,
): Promise<Judged> {
  await using simulator = await startSimulator({ profile: 'default' })
  await using proxy = await startProxy(folder, report.id, simulator.url)
  const run = await runCli(['check', '--url', proxy.url, ...selection])
  const verdict = run.code === 0 || run.code === 10 || run.code === 20 ? readVerdict(run) : undefined
  rmSync(run.cwd, { recursive: true, force: true })
  const scan =
    isScanned && report.kind === 'fault'
      ? await scanWithCompatCanary(proxy.url, { timeoutSeconds: SCANNER_SECONDS })
      : undefined
  return {
    ...report,
    exitCode: run.code,
    verdict: verdict?.verdict ?? 'none',
    reasons: verdict?.reasons ?? [run.stderr.trim().split('\n').at(-1) ?? ''],
    seconds: run.tookMs / 1_000,
    ...(scan && { missing: scan.missing }),
    is: judge(report, run.code, verdict ? failuresOf(verdict) : []),
  }
}

/** Each failed check by itself: a reason of the verdict may stand for several. What is no check has its reason alone. */
const failuresOf = ({ checks, reasons }: Pick<Verdict, 'checks' | 'reasons'>): readonly string[] => [
  ...checks.flatMap(({ id, outcome, reason }) => (outcome === 'failed' ? [`${id}: ${reason ?? ''}`] : [])),
  ...reasons.filter((reason) => /^expected-\S+ failed/.test(reason)),
]

function judge({ id, kind }: Report, exitCode: number | null, failures: readonly string[]): Judged['is'] {
  const named = NAMED[id]
  if (kind === 'legal') return exitCode === 0 ? 'right' : 'wrong'
  if (kind === 'fault') {
    if (!named) return 'not caught'
    return exitCode === 10 && failures.some((failure) => named.test(failure)) ? 'right' : 'wrong'
  }
  if (exitCode === 0) return 'right'
  const isNamed = failures.length > 0 && failures.every((failure) => named?.test(failure))
  return exitCode === 10 && isNamed ? 'right' : 'wrong'
}

async function startProxy(folder: string, fault: string, upstream: string) {
  const args = [join(folder, 'proxy.mjs'), '--upstream', upstream, '--port', '0', '--fault', fault]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const [said] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => [`it ended with exit ${code}`]),
  ])) as [string]
  const [url] = /http:\S+/.exec(said) ?? []
  if (!url) throw new Error(`the proxy of ${fault} does not listen: ${said}`)
  return {
    url,
    async [Symbol.asyncDispose]() {
      lines.close()
      if (child.exitCode !== null || !child.kill('SIGKILL')) return
      await once(child, 'exit')
    },
  }
}
