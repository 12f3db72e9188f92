import { expect, test } from 'vitest'
import type { Comparison, Policy, Sample } from '../records/index.ts'
import { answerTimes, inClosedLoop } from '../statistics/testing/simulated-answers.ts'
import { judgeWarm } from './warm-limit.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 20, minColdStarts: 1 }
const limit = { limitMs: 500, certainMs: 500, enough: true, of: ' with a budget of 500 ms' }

function budgetOf(timesMs: Iterable<number>): ReturnType<typeof judgeWarm> {
  const warm = inClosedLoop(timesMs).map(
    (timed, index): Sample => ({
      ...{ scenario: 'warm', warmth: 'warm', boot: 0, index, outcome: 'completed', ...timed },
    }),
  )
  return judgeWarm({ cold: [], warm, askedWarm: warm, failedWarm: [], unusable: [] }, policy, limit)
}

/** The share of 4,000 series whose budget is judged so, their median at `times` the budget. */
function share(times: number, answers: number, correlation: number): Record<Comparison['outcome'], number> {
  const count = { passed: 0, failed: 0, inconclusive: 0, 'not-applicable': 0 }
  const series = answerTimes({ series: 4_000, answers, correlation, seed: `budget ${correlation}` })
  for (const one of series)
    count[budgetOf(one.map((time) => 500 * times * time)).outcome] += 1 / series.length
  return count
}

test.each([
  [30, 0],
  [30, 0.6],
  [30, 0.8],
  [30, 0.9],
  [20, 0.8],
])(
  'of %i answers with AR(1) %d, a median on the budget fails in at most 5 % of series',
  (answers, correlation) => {
    const { passed, failed, inconclusive } = share(1, answers, correlation)
    expect(failed).toBeLessThanOrEqual(0.05)
    // Above its limit and within chance is neither; below it is a pass.
    expect(inconclusive).toBeGreaterThan(0.4)
    expect(passed).toBeGreaterThan(0.4)
  },
)

test('a median at twice the budget fails in nine of ten series of 30 answers with AR(1) 0.8', () => {
  expect(share(2, 30, 0.8).failed).toBeGreaterThan(0.9)
})

test('a p50 above the budget that chance can explain is inconclusive, and says what would settle it', () => {
  const around = Array.from({ length: 20 }, (_, i) => 510 + 20 * ((7 * i) % 20) - 190)
  expect(budgetOf(around)).toMatchObject({
    outcome: 'inconclusive',
    value: 510,
    limit: 500,
    reason:
      'warm p50 is 510 ms (95 %: 420 ms to 600 ms) with a budget of 500 ms, n = 20: ' +
      'chance can explain the excess, more answers would settle it (bench.warmRequests)',
  })
  expect(budgetOf(around.map((ms) => ms - 20))).toMatchObject({ outcome: 'passed', value: 490 })
  expect(budgetOf(around.map((ms) => ms + 90))).toMatchObject({ outcome: 'failed', value: 600 })
})

test('answers that drift far above the budget fail, though their drift leaves no interval', () => {
  const drifting = Array.from({ length: 20 }, (_, i) => 900 + 10 * i)
  expect(budgetOf(drifting)).toMatchObject({
    outcome: 'failed',
    reason: 'warm p50 is 995 ms with a budget of 500 ms, n = 20',
  })
})
