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
  'of %i answers with AR(1) %d, a median on the budget passes in at most 5 % of series and fails in at most 5 %',
  (answers, correlation) => {
    const { passed, failed, inconclusive } = share(1, answers, correlation)
    expect(failed).toBeLessThanOrEqual(0.05)
    expect(passed).toBeLessThanOrEqual(0.05)
    expect(inconclusive).toBeGreaterThan(0.9)
  },
)

/** What a service comes to that is measured again with as many answers as the last reason asked for, six times at most. */
function settle(times: number, correlation: number, seed: string): { outcome: string; answers: number } {
  let answers = 30
  for (let round = 0; round < 6; round++) {
    const [series = []] = answerTimes({ series: 1, answers, correlation, seed: `${seed} ${round}` })
    const { outcome, reason } = budgetOf([...series].map((time) => 500 * times * time))
    if (outcome !== 'inconclusive') return { outcome, answers }
    const [, more] = /INFERGATE_WARM_REQUESTS=(\d+)/.exec(reason) ?? []
    expect(Number(more), reason).toBeGreaterThan(answers)
    answers = Number(more)
  }
  return { outcome: 'inconclusive', answers }
}

test.each([
  [0.9, 'passed', 0],
  [1.1, 'failed', 0],
  [0.9, 'passed', 0.6],
  [1.1, 'failed', 0.6],
] as const)(
  'a median at %d of the budget comes to %s, by measuring on as each reason says (AR(1) %d)',
  (times, right, correlation) => {
    const ends = Array.from({ length: 200 }, (_, i) => settle(times, correlation, `settle ${times} ${i}`))
    expect(ends.filter(({ outcome }) => outcome === right).length).toBeGreaterThanOrEqual(194)
    expect(ends.filter(({ outcome }) => outcome === 'inconclusive')).toEqual([])
  },
)

test('of 200 seeded runs of a service on its limit at most 5 % pass and 5 % fail; each other says what would settle it', () => {
  const series = answerTimes({ series: 200, answers: 30, correlation: 0, seed: 'on the limit' })
  const judged = series.map((one) => budgetOf(one.map((time) => 500 * time)))
  const of = (outcome: Comparison['outcome']) => judged.filter((one) => one.outcome === outcome)
  expect(of('passed').length).toBeLessThanOrEqual(10)
  expect(of('failed').length).toBeLessThanOrEqual(10)
  for (const { reason } of of('inconclusive'))
    expect(reason).toMatch(/INFERGATE_WARM_REQUESTS=\d+, or bench\.warmRequests: \d+/)
})

test('a median at twice the budget fails in nine of ten series of 30 answers with AR(1) 0.8', () => {
  expect(share(2, 30, 0.8).failed).toBeGreaterThan(0.9)
})

test('a budget inside the interval of the p50 is inconclusive on either side, and says what would settle it', () => {
  const around = Array.from({ length: 20 }, (_, i) => 510 + 20 * ((7 * i) % 20) - 190)
  const told =
    /^warm p50 is 510 ms \(95 %: 420 ms to 600 ms\) with a budget of 500 ms, n = 20: .*INFERGATE_WARM_REQUESTS=80/
  expect(budgetOf(around)).toMatchObject({
    ...{ outcome: 'inconclusive', value: 510, limit: 500 },
    reason: expect.stringMatching(told),
  })
  expect(budgetOf(around.map((ms) => ms - 20))).toMatchObject({ outcome: 'inconclusive', value: 490 })
  expect(budgetOf(around.map((ms) => ms - 110))).toMatchObject({ outcome: 'passed', value: 400 })
  expect(budgetOf(around.map((ms) => ms + 79))).toMatchObject({ outcome: 'inconclusive', value: 589 })
  expect(budgetOf(around.map((ms) => ms + 90))).toMatchObject({ outcome: 'failed', value: 600 })
})

test('answers that drift far below the budget pass, though their drift leaves no interval', () => {
  const drifting = Array.from({ length: 20 }, (_, i) => 100 + 5 * i)
  expect(budgetOf(drifting)).toMatchObject({ outcome: 'passed', value: 147.5 })
  expect(budgetOf(drifting.map((ms) => 3 * ms))).toMatchObject({ outcome: 'inconclusive', value: 442.5 })
})

test('answers that drift far above the budget fail, though their drift leaves no interval', () => {
  const drifting = Array.from({ length: 20 }, (_, i) => 900 + 10 * i)
  expect(budgetOf(drifting)).toMatchObject({
    outcome: 'failed',
    reason: 'warm p50 is 995 ms with a budget of 500 ms, n = 20',
  })
})

test('answers of several lengths are said beside their time', () => {
  const timed = (outputTokens: number, index: number): Sample => ({
    ...{ scenario: 'warm', warmth: 'warm', boot: 0, index, outcome: 'completed', outputTokens },
    ...{ sentAtMs: index * 100, e2eMs: 90 },
  })
  const judged = (tokens: readonly number[]) => {
    const warm = tokens.map(timed)
    return judgeWarm({ cold: [], warm, askedWarm: warm, failedWarm: [], unusable: [] }, policy, limit).reason
  }
  expect(judged(Array.from({ length: 20 }, (_, index) => 3 + (index % 14)))).toMatch(
    /n = 20, answers of 3 to 16 tokens$/,
  )
  expect(judged(Array(20).fill(16))).toMatch(/n = 20$/)
})
