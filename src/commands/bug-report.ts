import { resolve } from 'node:path'
import {
  askedBy,
  environmentOf,
  expectedOf,
  findSign,
  lookNow,
  meanwhileIn,
  placeOf,
  repeatCheck,
  repeatFailure,
  saidHealthyIn,
  titleOf,
  wasSometimes,
} from '../bug-report/index.ts'
import { loadBuiltInSuites, loadUserSuites } from '../checks/index.ts'
import { type Client, createClient } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import { didYouMean } from '../config/index.ts'
import { writeWhole } from '../disk.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import type { BugReport, Check, Finding, Repeat, Run, RunningTarget, Verdict } from '../records/index.ts'
import { countOf, oneLine, renderBugReport } from '../reporters/index.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import { toolVersion } from '../tool-version.ts'
import { decide, verdictOf } from '../verdict/index.ts'
import { sinceAccepted } from './bug-report-since.ts'
import { type AskingFlags, reachTarget } from './bug-report-target.ts'
import type { Io } from './io.ts'
import { readSettings } from './settings.ts'

export type BugReportFlags = AskingFlags & {
  readonly all?: boolean
  readonly output?: string
  readonly json?: boolean
  readonly baseline?: string
  readonly maxRequests: number
  readonly maxSeconds: number
  /** False: nothing is sent. */
  readonly minimise: boolean
}

/** What a run found, as the owner of the service needs it. Exit 0 also where there is nothing to report: a report judges nothing. */
export async function runBugReport(
  name: string,
  id: string | undefined,
  flags: BugReportFlags,
  io: Io,
): Promise<ExitCode> {
  if (flags.all && id !== undefined)
    throw new HarnessError('usage', '--all and a check contradict each other: leave one of them out.')
  const { reportsDir, history, suites } = (await readSettings(pick(flags), io)).values
  const { run } = readRun(findRunFolder(name, reportsDir, io.cwd))
  const verdict = verdictOf(run, run.decision ?? decide(run))
  const findings = chosen(verdict, id, flags.all ?? false)
  if (findings.length === 0) {
    io.stderr(`${nothingIn(verdict, id)}\n`)
    return EXIT.pass
  }
  const since = await sinceAccepted(run, verdict, {
    ...{ reportsDir, history, cwd: io.cwd },
    ...(flags.baseline !== undefined && { baseline: flags.baseline }),
  })
  const note = (text: string) => io.stderr(`${oneLine(text, 500)}\n`)
  const target = flags.minimise
    ? await reachTarget(run, flags, io, note)
    : 'nothing was to be sent (--no-minimise)'
  await using running = typeof target === 'string' ? undefined : target
  await using client = running && (await openClient(running, run, io))
  const asking = {
    run,
    verdict,
    flags,
    io,
    note,
    suites,
    running,
    client,
    why: typeof target === 'string' ? target : '',
  }
  const reports: BugReport[] = []
  for (const finding of findings) {
    const report = await reportOf(finding, asking)
    const isEnded = running !== undefined && running.description.kind !== 'url'
    reports.push({ ...report, ...(since && { since }), ...(isEnded && { targetEnds: true }) })
  }
  publish(reports, flags, io)
  return EXIT.pass
}

const pick = ({ config, reportsDir }: BugReportFlags) => ({
  ...(config !== undefined && { config }),
  ...(reportsDir !== undefined && { reportsDir }),
})

async function openClient({ address }: RunningTarget, run: Run, io: Io): Promise<Client> {
  return createClient(address, { cwd: io.cwd, ...(run.profile && { profile: run.profile }) })
}

/** The worst that failed, all that failed, or what a check shows. Throws `usage` for a check that the run does not have. */
function chosen(
  { findings, checks, comparisons }: Verdict,
  id: string | undefined,
  isAll: boolean,
): readonly Finding[] {
  const failed = findings.filter(({ outcome }) => outcome === 'failed')
  if (id === undefined) return isAll ? failed : failed.slice(0, 1)
  const known = [...checks, ...comparisons].map((one) => one.id)
  if (!known.includes(id))
    throw new HarnessError('usage', `The run has no check "${id}": ${didYouMean(id, known)}`)
  const finding = findings.find((one) => one.checks.includes(id))
  if (!finding) return []
  const others = finding.checks.filter((one) => one !== id)
  return [{ ...finding, checks: [id, ...others] }]
}

function nothingIn({ runId, verdict, findings }: Verdict, id: string | undefined): string {
  if (id !== undefined)
    return `There is nothing to report: ${id} held in run ${runId}, or does not concern its target.`
  if (verdict === 'PASS') return `There is nothing to report: run ${runId} is a PASS.`
  const [open] = findings.flatMap(({ checks }) => checks)
  return `There is nothing to report: run ${runId} is ${verdict}, and no check failed in it.${open === undefined ? '' : ` Name an inconclusive check to report it all the same: infergate bug-report ${runId} ${open}`}`
}

type Asking = {
  readonly run: Run
  readonly verdict: Verdict
  readonly flags: BugReportFlags
  readonly io: Io
  readonly note: (text: string) => void
  readonly suites: readonly string[]
  readonly running: RunningTarget | undefined
  readonly client: Client | undefined
  /** Why there is no client. */
  readonly why: string
}

async function reportOf(finding: Finding, asking: Asking): Promise<BugReport> {
  const { run, verdict, client, io } = asking
  const [id, ...others] = finding.checks
  const checks = finding.checks.flatMap((one) => verdict.checks.find((check) => check.id === one) ?? [])
  const check = checks.find((one) => one.id === id)
  const says = check?.says ?? verdict.comparisons.find((one) => one.id === id)?.says ?? id
  const dialect = client?.dialect ?? (await dialectOf(run, io))
  const { evidence, sign } = check && dialect ? await findSign(check, dialect) : {}
  const reason = check?.reason ?? finding.reason
  const repeat = await repeatOf(
    check ? checks : [],
    { ...(evidence && { evidence }), ...(sign && { sign }) },
    asking,
  )
  const seen = { ...(evidence && { evidence }), ...(sign && { sign }), saidHealthy: saidHealthyIn(run) }
  return {
    ...{ schemaVersion: 1, check: id, reason, others, repeat },
    title: titleOf({ check: id, reason, ...(evidence && { evidence }), ...(sign && { sign: sign.says }) }),
    madeAt: systemClock.now().toISOString(),
    run: { id: run.runId, startedAt: run.startedAt, verdict: verdict.verdict },
    environment: [...environmentOf(run, evidence), ['report written by', `infergate ${toolVersion()}`]],
    expected: expectedOf({ says }, run.target.dialect, seen),
    ...(evidence && { came: evidence }),
    place: {
      ...placeOf(seen),
      meanwhile: meanwhileIn(run),
      now: client ? await lookNow(client, io.signal) : [],
    },
  }
}

/** The dialect reads what was recorded, where no service is there to be asked. */
async function dialectOf(run: Run, io: Io) {
  try {
    await using client = await createClient(
      { dialect: run.target.dialect, baseUrl: 'http://127.0.0.1:1' },
      { cwd: io.cwd, ...(run.profile && { profile: run.profile }) },
    )
    return client.dialect
  } catch (error) {
    // A dialect of the user's own: its module stands in the configuration alone.
    if (error instanceof HarnessError) return undefined
    throw error
  }
}

type Found = Awaited<ReturnType<typeof findSign>>

/** Several checks of one cause are asked until one repeats; the request of the first may be the last that failed, and no cause. */
const MOST_CHECKS = 4

async function repeatOf(checks: readonly Check[], found: Found, asking: Asking): Promise<Repeat> {
  const [first, ...others] = checks
  const { client, running, why } = asking
  const curl = found.evidence && { curl: found.evidence.curl }
  if (!first)
    return {
      tried: false,
      why: 'it is a figure of many answers, which no single request repeats; `infergate bench` measures it again',
    }
  if (!client || !running) return { tried: false, why, ...curl }
  const asked = await repeatOne(first, found, client, asking)
  if (asked && (!asked.tried || shows(asked))) return asked
  for (const check of others.slice(0, MOST_CHECKS - 1)) {
    const repeat = await repeatOne(check, await findSign(check, client.dialect), client, asking)
    if (repeat && shows(repeat)) return { ...repeat, from: check.id }
  }
  return asked ?? (await runAgain(first, running, asking)) ?? noRequest(first, curl)
}

const shows = (repeat: Repeat): repeat is Extract<Repeat, { tried: true }> =>
  repeat.tried && repeat.recorded.shown > 0

const noRequest = ({ id }: Check, curl: { readonly curl: string } | undefined): Repeat => ({
  tried: false,
  why: `no request shows it, and ${id} cannot be run again by itself`,
  ...curl,
})

/** Undefined: no single answer tells. */
async function repeatOne(
  check: Check,
  { evidence, sign }: Found,
  client: Client,
  { flags, io, note }: Asking,
): Promise<Repeat | undefined> {
  if (!evidence || !sign || typeof askedBy(evidence, client) === 'string') return undefined
  return repeatFailure(evidence, sign, {
    ...{ client, clock: systemClock, maxRequests: flags.maxRequests, maxMs: flags.maxSeconds * 1_000 },
    ...{
      env: io.env,
      isSometimes: wasSometimes(check.evidence ?? [], sign),
      signal: io.signal,
      onStep: note,
    },
  })
}

async function runAgain(check: Check, running: RunningTarget, asking: Asking): Promise<Repeat | undefined> {
  const { run, flags, io, note, suites } = asking
  const promises = [...(await loadBuiltInSuites()), ...(await loadUserSuites(suites))]
  const promise = promises.find(({ entry }) => entry.id === check.id)
  if (!promise || !run.profile) return undefined
  const maxMs = flags.maxSeconds * 1_000
  return repeatCheck(promise, check, {
    ...{ address: running.address, profile: run.profile, boots: [running.boot], seed: run.seed, maxMs },
    ...{ clock: systemClock, checkDeadlineMs: maxMs, signal: io.signal, onStep: note },
  })
}

function publish(
  reports: readonly BugReport[],
  { json = false, output, all = false }: BugReportFlags,
  io: Io,
): void {
  const text = json
    ? `${JSON.stringify(all ? reports : reports[0], null, 2)}\n`
    : reports.map(renderBugReport).join('\n---\n\n')
  if (output === undefined) {
    io.stdout(text)
    return
  }
  const file = resolve(io.cwd, output)
  try {
    writeWhole(file, text)
  } catch (cause) {
    throw new HarnessError(
      'reports-unwritable',
      `${file} cannot be written (${(cause as Error).message}): name another file.`,
      { cause },
    )
  }
  io.stderr(`${countOf(reports.length, 'finding')} in ${file}\n`)
}
