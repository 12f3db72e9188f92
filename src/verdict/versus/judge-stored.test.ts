import { expect, test } from 'vitest'
import { createRandom } from '../../random.ts'
import type { Boot, ComparedMetric, StartFigures, StoredBaseline } from '../../records/index.ts'
import { heldAgainst } from './judge-stored.ts'

/** Starts of a service whose figures move by `width` from start to start; `factor` times as slow. */
function starts(
  n: number,
  factor: Partial<Record<ComparedMetric, number>> = {},
  seed = 1,
  width = 0.02,
): StartFigures[] {
  const random = createRandom(seed)
  const near = (value: number) => value * (1 + width * (random.next() - 0.5))
  return Array.from({ length: n }, (_, boot) => ({
    boot,
    values: {
      coldStartMs: near(3_000 * (factor.coldStartMs ?? 1)),
      ttftMsP50: near(100 * (factor.ttftMsP50 ?? 1)),
      tpotMsP50: near(10 * (factor.tpotMsP50 ?? 1)),
      e2eMsP50: near(250),
      outputTokensPerSecond: near(64),
    },
    ...{ requests: 20, failed: 0, outputTokens: 16 },
  }))
}
const boots: readonly Boot[] = [{ index: 0, origin: 'started', outcome: 'generating', attempts: [] }]
const METRICS = ['coldStartMs', 'ttftMsP50', 'tpotMsP50', 'e2eMsP50', 'outputTokensPerSecond'] as const
const known = (sd: number): StoredBaseline['drift'] =>
  Object.fromEntries(METRICS.map((metric) => [metric, { sd, runs: 8 }]))
const baseline = (rest: Partial<StoredBaseline> = {}): StoredBaseline => ({
  ...{ runId: 'A', startedAt: '2026-01-01T00:00:00Z', starts: starts(5), drift: known(0.005), ...rest },
})
const held = (candidate: readonly StartFigures[], before = baseline(), regression = {}) =>
  heldAgainst(before, { runId: 'B', policy: { regression }, boots, starts: candidate })
const outcomes = ({ comparisons }: ReturnType<typeof held>) =>
  Object.fromEntries(comparisons.map(({ id, outcome }) => [id.replace('regression.', ''), outcome]))

test('a service against itself keeps every metric, each with its interval and margin', () => {
  const { versus, comparisons } = held(starts(5, {}, 2))
  expect(new Set(comparisons.map(({ outcome }) => outcome))).toEqual(new Set(['passed']))
  expect(comparisons[0]?.id).toBe('regression.errors')
  expect(comparisons.find(({ id }) => id === 'regression.ttftMsP50')?.reason).toMatch(
    /over 5 starts; 5 % are tolerated, and at most \+[\d.]+ % is shown/,
  )
  expect(versus).toMatchObject({ mode: 'stored', baseline: 'A', candidate: 'B' })
})

test('ten percent more time to the first token is a regression of that metric alone', () => {
  const found = outcomes(held(starts(5, { ttftMsP50: 1.1 }, 2)))
  expect(found).toMatchObject({ ttftMsP50: 'failed', tpotMsP50: 'passed', coldStartMs: 'passed' })
})

test('the limit of a stored baseline is said: what moves from session to session, and from where it is known', () => {
  const says = (drift: StoredBaseline['drift']) => held(starts(5), baseline({ drift })).versus.remarks?.at(-1)
  expect(says(known(0.005))).toMatch(
    /another session.*0\.5 % \(standard deviation, measured on 8 accepted runs/,
  )
  expect(says({})).toMatch(/3 % to 5 % \(standard deviation, assumed, since fewer than five accepted runs/)
})

test('few starts leave it open, with the number that would tell', () => {
  const differing = (n: number) =>
    starts(n, {}, 1, 0).map((one) => ({
      ...one,
      values: Object.fromEntries(
        Object.entries(one.values).map(([metric, value]) => [metric, value * (one.boot % 2 ? 1.04 : 0.96)]),
      ),
    }))
  const { comparisons } = held(differing(2), baseline({ starts: differing(6) }))
  const open = comparisons.filter(({ outcome }) => outcome === 'inconclusive')
  expect(open.length).toBeGreaterThan(0)
  for (const { reason, wouldSettle } of open) {
    const needed = wouldSettle?.['INFERGATE_COLD_STARTS'] ?? 0
    expect(reason).toContain(`${needed} starts would tell`)
    const enough = held(differing(needed + (needed % 2)), baseline({ starts: differing(6) }))
    expect(new Set(enough.comparisons.map(({ outcome }) => outcome))).toEqual(new Set(['passed']))
  }
})

test('where sessions differ too much no number of starts tells, and pairs are named', () => {
  const { comparisons } = held(starts(20, {}, 2), baseline({ drift: known(0.05), starts: starts(20) }))
  const [open] = comparisons.filter(({ outcome }) => outcome === 'inconclusive')
  expect(open?.reason).toMatch(
    /no number of starts of this run would tell, since .*sessions differ; .*--against, about \d+ pairs/,
  )
  expect(open?.wouldSettle).toBeUndefined()
})

test('one start alone decides nothing', () => {
  expect(Object.values(outcomes(held(starts(1))))).toContain('inconclusive')
  expect(Object.values(outcomes(held(starts(1))))).not.toContain('failed')
})

test('longer answers are no regression: what depends on their length is open', () => {
  const longer = starts(5, {}, 2).map((one) => ({
    ...one,
    outputTokens: 20,
    values: { ...one.values, e2eMsP50: 400, outputTokensPerSecond: 50 },
  }))
  expect(outcomes(held(longer))).toMatchObject({
    ...{ lengths: 'inconclusive', e2eMsP50: 'inconclusive', outputTokensPerSecond: 'inconclusive' },
    ...{ ttftMsP50: 'passed', tpotMsP50: 'passed' },
  })
})

test('requests that fail more often decide, however quick the others were', () => {
  const failing = starts(5, { ttftMsP50: 0.5 }, 2).map((one) => ({ ...one, failed: 8 }))
  const [first] = held(failing).comparisons
  expect(first).toMatchObject({ id: 'regression.errors', outcome: 'failed' })
})

test('what the baseline measured and this run did not is no pass', () => {
  const unstreamed = starts(5, {}, 2).map(({ values: { ttftMsP50: _, ...values }, ...one }) => ({
    ...one,
    values,
  }))
  expect(outcomes(held(unstreamed))).toMatchObject({ ttftMsP50: 'inconclusive', tpotMsP50: 'passed' })
})

test('two runs that share no metric leave it open', () => {
  const none = starts(5).map((one) => ({ ...one, values: {} }))
  expect(outcomes(held(none, baseline({ starts: none })))).toMatchObject({ speed: 'inconclusive' })
})

test('the policy sets margins, gates what it names and takes out what it says is false', () => {
  const slower = starts(5, { ttftMsP50: 1.1, coldStartMs: 1.5 }, 2)
  const found = outcomes(held(slower, baseline(), { ttftMsP50: 0.2, coldStartMs: false, ttftMsP99: 0.1 }))
  expect(found).toMatchObject({ ttftMsP50: 'passed', ttftMsP99: 'inconclusive' })
  expect(found).not.toHaveProperty('coldStartMs')
})

test('what was allowed and what differs is kept with the comparison', () => {
  const { versus } = held(starts(5), baseline({ differences: ['image: a → b'], allowed: ['model: a → b'] }))
  expect([versus.differences, versus.allowed]).toEqual([['image: a → b'], ['model: a → b']])
})
