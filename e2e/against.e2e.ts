import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../src/simulator/index.ts'
import type { Profile } from '../src/simulator/profiles.ts'
import { emptyFolder, readVerdict, runCli } from '../testing/run-cli.ts'

/** Long times: what a busy machine adds to each is a small share of it. */
const LARGE: Profile = {
  says: 'a large model: 200 ms to the first token, 10 ms a token',
  loadMs: [0, 0],
  firstTokenMs: [200, 200],
  tokenMs: 10,
  ...{ maxNumSeqs: 32, maxQueued: 512, maxModelLen: 4096 },
}

const QUICK = {
  INFERGATE_WARM_E2E_MS_P50: '2000',
  INFERGATE_WARM_REQUESTS: '8',
  INFERGATE_MIN_WARM_SAMPLES: '8',
  INFERGATE_WARMUP: '1',
}

let baseline: RunningSimulator
beforeAll(async () => {
  baseline = await startSimulator({ profile: LARGE })
})
afterAll(() => baseline[Symbol.asyncDispose]())

async function against(faults: readonly string[], flags: readonly string[] = []) {
  await using candidate = await startSimulator({ profile: LARGE, faults })
  const cwd = emptyFolder()
  const run = await runCli(['bench', '--url', candidate.url, '--against-url', baseline.url, ...flags], {
    cwd,
    env: QUICK,
  })
  return { ...run, verdict: readVerdict({ cwd }) }
}

test.concurrent('a service passes against its equal', async () => {
  const { code, verdict, stderr } = await against([])
  expect([code, verdict.verdict], stderr).toEqual([0, 'PASS'])
  expect(verdict.versus).toMatchObject({ mode: 'paired', ended: { by: 'decided' } })
})

test.concurrent('a first token that takes 10 % longer fails, and is the metric that is named', async () => {
  const { code, verdict, stderr } = await against(['ttft-regression:factor=1.1'])
  expect([code, verdict.verdict], stderr).toEqual([10, 'FAIL'])
  const worse = verdict.versus?.changes.filter(({ outcome }) => outcome === 'worse') ?? []
  expect(worse.map(({ metric }) => metric)).toContain('ttftMsP50')
  expect(worse.find(({ metric }) => metric === 'ttftMsP50')?.change).toBeGreaterThan(0.08)
})

test.concurrent('tokens that come 10 % more slowly fail', async () => {
  const { code, verdict, stderr } = await against(['throughput-drop:factor=1.1'])
  expect([code, verdict.verdict], stderr).toEqual([10, 'FAIL'])
})

test.concurrent('too few pairs are INCONCLUSIVE and say what would settle it; the user may choose a word, which is written down', async () => {
  const [open, failed, passed] = await Promise.all([
    against([], ['--pairs', '2']),
    against([], ['--pairs', '2', '--on-inconclusive', 'fail']),
    against([], ['--pairs', '2', '--on-inconclusive', 'pass']),
  ])
  expect([open.code, failed.code, passed.code]).toEqual([20, 10, 0])
  expect(open.verdict.reasons.join('\n')).toMatch(/2 pairs count; .* pairs would settle it \(--pairs \d+\)/)
  expect(open.verdict.settledBy).toContain(`--against-url ${baseline.url}`)
  for (const { verdict } of [failed, passed])
    expect(JSON.stringify(verdict.comparisons)).toMatch(
      /it is open, and counts as (?:failed|passed) because of --on-inconclusive/,
    )
})
