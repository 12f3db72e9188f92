import { expect, test } from 'vitest'
import { startSimulator } from '../src/simulator/index.ts'
import { readVerdict, runCli } from '../testing/run-cli.ts'
import { startThrottledProxy, type Throttling } from '../testing/throttled-proxy.ts'

const SLOW = {
  says: 'slow',
  loadMs: [0, 0],
  firstTokenMs: [1_500, 1_500],
  tokenMs: 1,
  maxNumSeqs: 32,
  maxQueued: 512,
  maxModelLen: 4_096,
} as const

async function judgeBehind(throttling: Throttling, args: readonly string[]) {
  await using simulator = await startSimulator()
  await using proxy = await startThrottledProxy(simulator.url, throttling)
  return await runCli(['check', '--url', proxy.url, ...args])
}

// Waiting is most of these two, so they wait together.
test.concurrent('a slow service is judged whole, in the time that was said beforehand', async () => {
  await using simulator = await startSimulator({ profile: SLOW })
  const run = await runCli(['check', '--url', simulator.url, '--suite', 'health', '--suite', 'streaming'])
  expect(run.code, run.stderr).toBe(0)
  const args = ['check', '--url', simulator.url, '--suite', 'streaming', '--plan']
  const plan = await runCli(args, { cwd: run.cwd })
  expect(plan.stdout).toMatch(/pace +1\.5 s for an answer of one token.*measured by/)
})

test.concurrent('a service with a rate limit passes, and the last line says what the limit is', async () => {
  const run = await judgeBehind({ perSecond: 8, burst: 8 }, ['--suite', 'generation'])
  expect(run.code, run.stderr).toBe(0)
  expect(readVerdict(run).throttle?.refusals).toHaveProperty('429')
  expect(run.stderr).toMatch(/rate-limited at [\d.]+\/s: it turned \d+ requests away \(HTTP 429\)/)
})

test('a service with a small queue passes; a crowd is not judged, and the reason has the numbers', async () => {
  const run = await judgeBehind({ places: 5, delayMs: 40 }, ['--suite', 'generation'])
  expect(run.code, run.stderr).toBe(0)
  expect(readVerdict(run).throttle?.refusals).toHaveProperty('503')
  const crowd = readVerdict(run).checks.find(({ id }) => id === 'generation.serves-a-crowd')
  expect(crowd?.reason).toMatch(/of 96 requests, 48 at once, it turned \d+ away .* and answered \d+/)
})

test('a service that says no to every ninth request, however few there are, fails', async () => {
  await using simulator = await startSimulator()
  let requests = 0
  await using proxy = await startThrottledProxy(simulator.url, {
    refuses: ({ method }) => method === 'POST' && ++requests % 9 === 0,
  })
  const run = await runCli(['check', '--url', proxy.url, '--suite', 'generation'])
  expect(run.code, run.stderr).toBe(10)
  expect(run.stderr).toContain('HTTP 503')
})
