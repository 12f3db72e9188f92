import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { emptyFolder, ended, readReport, readVerdict, runCli, startCli } from '../testing/run-cli.ts'
import { until } from '../testing/survivors.ts'

/** A simulator that sleeps, as a process of its own, until the test is over. */
async function startSleeping({ onTestFinished }: TestContext, ...args: readonly string[]): Promise<string> {
  const service = startCli(['simulate', '--sleep-after', '1', '--boot', '1', ...args])
  const end = ended(service)
  onTestFinished(async () => {
    service.kill('SIGTERM')
    await end
  })
  let said = ''
  service.stdout?.on('data', (text: string) => (said += text))
  await until(() => said.includes('curl'), 10_000)
  return said.split('\n')[0] ?? ''
}

/** A folder whose configuration names this service. */
function folderFor(url: string, rest: object = {}, windowSeconds = 1): string {
  const cwd = emptyFolder()
  const scaleToZero = { windowSeconds, marginSeconds: 0.5, wakeSeconds: 20 }
  const price = { gpuSecond: 0.000583, currency: 'USD' }
  const asleep = { kind: 'url', url, scaleToZero, price, ...rest }
  const bench = { coldStarts: 1, warmRequests: 20 }
  const config = { target: 'asleep', targets: { asleep }, bench, policy: { minColdStarts: 1 } }
  writeFileSync(join(cwd, 'infergate.config.json'), JSON.stringify(config))
  return cwd
}

test.concurrent('a service that sleeps behind an edge like Modal’s is measured cold, with its 303s and what it cost', async (context) => {
  const url = await startSleeping(
    context,
    '--dialect',
    'ananke',
    '--edge',
    'redirects',
    '--edge-cap',
    '0.4',
    '--health-apart',
  )
  const run = await runCli(['bench'], { cwd: folderFor(url, { dialect: 'ananke' }) })
  expect(run.code, run.stderr).toBe(0)
  expect(run.stderr).toMatch(/This target scales to zero: .* 1 wait of 1.5 s .*--no-cold leaves/)
  expect(run.stderr).toMatch(/cold start 1 of 1: nothing is sent until \d\d:\d\d:\d\d UTC/)
  expect(run.stderr).toMatch(/Cost: about [\d.]+ USD \([\d.]+ GPU seconds at 0.000583\)/)
  const { comparisons, measurements } = readVerdict(run)
  expect(comparisons.find(({ id }) => id === 'cold-starts')?.outcome).toBe('passed')
  expect(comparisons.find(({ id }) => id === 'warm-to-cold')?.outcome).toBe('passed')
  expect(measurements.find(({ name }) => name === 'coldStartMs')?.n).toBe(1)
  const report = readReport(run, 'report.md')
  expect(report).toContain('Cold means: idle for longer than the scale-down window of 1.0 s.')
  expect(report).toContain('first token: not measured, because the dialect does not stream')
  expect(readReport(run, 'samples.jsonl')).toMatch(/"scenario":"wake-up".*"hopAtMs":\[\d/)
  expect(readReport(run, 'report.html')).toContain('Wake-ups: what the wire showed')
})

test.concurrent('a service that answers the request which woke it with an error fails, and the reason says that it woke', async (context) => {
  const url = await startSleeping(context, '--fault', 'wake-answers-error')
  const run = await runCli(['bench', '--quiet'], { cwd: folderFor(url) })
  expect(run.code, run.stderr).toBe(10)
  expect(run.stderr).toMatch(/wake-up failed: cold start 1, .*HTTP 500.*asked again, it answered/)
})

test.concurrent('--plan says how long the waits take and what they cost; nothing is sent', async () => {
  const cwd = folderFor('http://127.0.0.1:9', {}, 300)
  const plan = await runCli(['gate', '--plan'], { cwd })
  expect(plan.code, plan.stderr).toBe(0)
  expect(plan.stdout).toMatch(
    /1 cold start, each after 300.5 s in which nothing is sent: 5.0 minutes of waiting/,
  )
  expect(plan.stdout).toMatch(/^cost +about [\d.]+ USD/m)
  const without = await runCli(['gate', '--plan', '--no-cold'], { cwd })
  expect(without.stdout).toContain('none: cold starts were left out (--no-cold)')
  const elsewhere = await runCli(['bench', '--target', 'simulator', '--no-cold'], { cwd })
  expect(elsewhere.code).toBe(2)
  expect(elsewhere.stderr).toContain('--no-cold leaves out the waits of a target that scales to zero')
})

test.concurrent('Ctrl-C ends a wait at once, with what was measured until then', async (context) => {
  const url = await startSleeping(context)
  const child = startCli(['bench', '--progress', 'plain'], { cwd: folderFor(url, {}, 600) })
  const end = ended(child)
  let said = ''
  child.stderr?.on('data', (text: string) => (said += text))
  await until(() => said.includes('cold start 1 of 1: nothing is sent'), 20_000)
  child.kill('SIGINT')
  const { code, stderr } = await end
  expect(code, stderr).toBe(130)
  expect(stderr).toContain('INTERRUPTED')
  expect(readVerdict(child).measurements.find(({ name }) => name === 'e2eMsP50')?.n).toBe(20)
})
