import type { ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { parseMetrics } from '../src/judges/index.ts'
import type { Sample } from '../src/records/index.ts'
import { emptyFolder, ended, readVerdict, startCli } from '../testing/run-cli.ts'
import { slowProxy } from '../testing/slow-proxy.ts'

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** A simulator in a process of its own. */
async function simulator(
  ...flags: readonly string[]
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = startCli(['simulate', '--profile', 'instant', ...flags])
  children.push(child)
  const { promise, resolve } = Promise.withResolvers<string>()
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const [url] = /^http:\S+(?=\n)/.exec(said) ?? []
    if (url !== undefined) resolve(url)
  })
  return { url: await promise, child }
}

type Watching = ReturnType<typeof startCli> & { said(): string; readonly end: ReturnType<typeof ended> }

function watch(args: readonly string[], cwd = emptyFolder()): Watching {
  const child = startCli(['watch', ...args], { cwd })
  children.push(child)
  let said = ''
  child.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')))
  return Object.assign(child, { said: () => said, end: ended(child) })
}

const samplesOf = ({ cwd }: { readonly cwd: string }): readonly Sample[] =>
  readFileSync(join(cwd, 'reports/latest/samples.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

const hasSent = (watching: { readonly cwd: string }, n: number): boolean =>
  existsSync(join(watching.cwd, 'reports/latest/samples.jsonl')) && samplesOf(watching).length >= n

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await systemClock.sleep(50)
}

/** How many requests it took. In which time that is, at which pace, is held in virtual time (src/watch/watch.test.ts): this machine is noisy. */
const failuresIn = (watching: { readonly cwd: string }): number =>
  samplesOf(watching).filter(({ outcome }) => outcome !== 'completed').length

test.concurrent('a GPU fault beside a green health is found at its fifth failure at the latest, and the hook is called once, with why', async () => {
  const { url } = await simulator('--fault', 'gpu-fault-health-200', '--fault-after', '3s')
  const hook = 'echo "$INFERGATE_VERDICT $INFERGATE_REASON" >> hook.txt; exit 5'
  const watching = watch(['--url', url, '--every', '1s', '--for', '2m', '--on-fail', hook])
  const { code, stderr } = await watching.end
  expect([code, stderr]).toEqual([10, expect.stringContaining('The hook ended with code 5.')])
  expect(failuresIn(watching)).toBeLessThanOrEqual(5)
  const told = readFileSync(join(watching.cwd, 'hook.txt'), 'utf8')
  expect(told.split('\n')).toHaveLength(2)
  expect(told).toMatch(
    /^FAIL Requests fail since \d\d:\d\d:\d\d UTC: the last \d+ requests failed.*CUDA error.*health was green beside each/,
  )
  expect(readVerdict(watching).reasons.join()).toContain('ended with code 5')
})

test.concurrent('a service whose process is gone is found at its fifth failure at the latest', async () => {
  const { url, child } = await simulator()
  const watching = watch(['--url', url, '--every', '2s', '--for', '2m'])
  await until(() => hasSent(watching, 12))
  child.kill('SIGKILL')
  expect((await watching.end).code).toBe(10)
  expect(failuresIn(watching)).toBeLessThanOrEqual(5)
  expect(readVerdict(watching).reasons[0]).toMatch(/^Requests fail since .*with (?:connect|reset)/)
})

test.concurrent('an engine that sends nothing any more is found though no request has its deadline yet', async () => {
  const { url } = await simulator('--fault', 'engine-core-dead', '--fault-after', '3s')
  const watching = watch(['--url', url, '--every', '1s', '--for', '2m'])
  expect((await watching.end).code).toBe(10)
  expect(readVerdict(watching).reasons[0]).toMatch(/^The service does not answer since .* requests waited/)
})

test.concurrent('a reload on every third request is found by its share', async () => {
  const { url } = await simulator()
  await using proxy = await slowProxy(url)
  const watching = watch(['--url', proxy.url, '--every', '500ms', '--for', '2m'])
  await until(() => hasSent(watching, 16))
  proxy.slow(4_000)
  expect((await watching.end).code).toBe(10)
  const { reasons } = readVerdict(watching)
  expect(reasons[0]).toMatch(/^Too many answers are slow since/)
})

test.concurrent('a line of the followed log that matches a signature ends the watch, quoted cleanly', async () => {
  const { url } = await simulator()
  const line = 'RuntimeError: CUDA error: an illegal memory access\\033[31m was encountered'
  const logs = `echo "Received request 1: prompt: 'CUDA error'"; sleep 3; printf '${line}\\n'; sleep 60`
  const watching = watch(['--url', url, '--every', '1s', '--for', '1m', '--logs', logs])
  expect((await watching.end).code).toBe(10)
  const { reasons } = readVerdict(watching)
  expect(reasons[0]).toMatch(
    /^The log says that the service is broken since .*: the GPU has failed \(cuda-error, 1 line\): RuntimeError: CUDA error/,
  )
  expect(reasons.join()).not.toContain('\u001b')
})

test.concurrent('a healthy service passes; SIGHUP takes a new configuration, and keeps the old one where it is broken', async () => {
  const { url } = await simulator()
  const cwd = emptyFolder()
  const file = join(cwd, 'infergate.config.json')
  const config = (watching: object) =>
    writeFileSync(
      file,
      JSON.stringify({ target: 'mine', targets: { mine: { kind: 'url', url } }, watch: watching }),
    )
  config({ every: '2s', for: '12s', logFile: 'service.log' })
  appendFileSync(join(cwd, 'service.log'), 'RuntimeError: CUDA error: before the watch\n')
  const watching = watch(['--metrics-port', '0'], cwd)
  await until(() => hasSent(watching, 10))
  const [, metrics = ''] = /Metrics: (\S+)/.exec(watching.said()) ?? []
  const samples = parseMetrics(await (await fetch(metrics)).text())
  expect(samples.find(({ name }) => name === 'infergate_watch_requests_total')?.value).toBeGreaterThanOrEqual(
    9,
  )
  writeFileSync(file, '{ "watch": { "evry": "1s" } }')
  watching.kill('SIGHUP')
  await until(() => watching.said().includes('the old one stays'))
  config({ every: '500ms', for: '12s', logFile: 'service.log' })
  watching.kill('SIGHUP')
  await until(() => watching.said().includes('the configuration was read again'))
  const { code, stderr } = await watching.end
  expect([code, stderr]).toEqual([0, expect.stringContaining('PASS')])
  expect(samplesOf(watching).length).toBeGreaterThanOrEqual(16)
  expect(stderr).toMatch(/Cost: about \d+ requests in 12\.0 s[\s\S]*Watched for \d+\.?\d* s: \d+ requests/)
})

test.concurrent('what was killed goes on from its state, and SIGTERM ends it with what was seen', async () => {
  const { url } = await simulator()
  const args = ['--url', url, '--every', '300ms', '--for', '1h', '--state', 'state.json']
  const first = watch(args)
  await until(() => hasSent(first, 14))
  first.kill('SIGKILL')
  await first.end
  const kept = JSON.parse(readFileSync(join(first.cwd, 'state.json'), 'utf8'))
  expect(kept.state.requests).toBeGreaterThanOrEqual(13)
  const second = watch(args, first.cwd)
  await until(() => second.said().includes('It goes on from state.json'))
  await systemClock.sleep(1_500)
  second.kill('SIGTERM')
  const { code, stderr } = await second.end
  expect([code, stderr]).toEqual([143, expect.stringContaining('INTERRUPTED')])
  expect(readVerdict(second)).toMatchObject({ verdict: 'INCONCLUSIVE', state: 'interrupted' })
  const after = JSON.parse(readFileSync(join(first.cwd, 'state.json'), 'utf8'))
  expect(after.state).toMatchObject({ since: kept.state.since, resumed: 1 })
  expect(after.state.requests).toBeGreaterThan(kept.state.requests)
  expect(after.state.watchedMs).toBeGreaterThan(kept.state.watchedMs)
  expect(after.state.judged.reference.slice(0, 5)).toEqual(kept.state.judged.reference.slice(0, 5))
})
