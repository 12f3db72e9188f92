import { expect, test } from 'vitest'
import type { ComparedMetric, StoredBaseline } from '../../records/index.ts'
import { DEFAULT_RULE, decidePairs, decideStored, measuredDrift } from '../index.ts'
import { type Factors, pairsOf, startsOf } from './testing/starts.ts'

const METRICS = Object.keys(DEFAULT_RULE.margins) as ComparedMetric[]

/** Of which every metric is known to drift by so much, from so many runs. */
const baseline = (sd: number, runs: number, factors: Factors = {}): StoredBaseline => ({
  ...{ runId: 'accepted', startedAt: '2026-11-01T00:00:00Z', starts: startsOf(5, factors, 0.005, 'before') },
  drift: Object.fromEntries(METRICS.map((metric) => [metric, { sd, runs }])),
})
const decide = (of: StoredBaseline, factors: Factors = {}, starts = 5) =>
  decideStored(of, startsOf(starts, factors, 0.005, 'after'), DEFAULT_RULE)

test('where ten runs lie 0.5 % apart, an equal run is kept and one that is 12 % slower is worse', () => {
  expect(decide(baseline(0.005, 10))).toMatchObject({ outcome: 'kept', reasons: [] })
  const slower = decide(baseline(0.005, 10), { ttftMsP50: 1.12 })
  expect(slower.outcome).toBe('worse')
  expect(slower.changes[0]).toMatchObject({ metric: 'ttftMsP50', outcome: 'worse', n: 5, margin: 0.05 })
})

test('the bound is that of Student’s t: estimate + t(.95, 9)·√2·sd', () => {
  const { changes } = decide(baseline(0.01, 10))
  for (const { metric, change, upper = 0, low = 0, high = 0 } of changes.slice(0, 3)) {
    const reach = Math.log1p(upper) - Math.log1p(change)
    // SciPy 1.17: t.ppf(.95, 9) and t.ppf(.975, 9).
    expect(reach, metric).toBeCloseTo(1.8331129326536335 * Math.SQRT2 * 0.01, 10)
    expect(Math.log1p(high) - Math.log1p(low), metric).toBeCloseTo(
      2 * 2.2621571627409915 * Math.SQRT2 * 0.01,
      10,
    )
  }
})

test('what drifts more is less sure: at 3 % an equal run is open, with the pairs that would settle it', () => {
  const decision = decide(baseline(0.03, 10))
  expect(decision.outcome).toBe('open')
  expect(decision.settledByPairs).toBe(7)
  const pairs = pairsOf(7)
  expect(decidePairs(pairs, DEFAULT_RULE).outcome).toBe('kept')
})

test('fewer than five runs tell no drift: it is assumed, or what they showed where that is more', () => {
  const assumed = decide(baseline(0.001, 4))
  expect(assumed.drift).toMatchObject({
    ttftMsP50: { sd: 0.03, runs: 0 },
    coldStartMs: { sd: 0.05, runs: 0 },
  })
  expect(assumed.outcome).toBe('open')
  expect(decide(baseline(0.08, 4)).drift).toMatchObject({ ttftMsP50: { sd: 0.08, runs: 0 } })
  expect(decide(baseline(0.08, 1)).drift).toMatchObject({ ttftMsP50: { sd: 0.03, runs: 0 } })
  expect(decide(baseline(0.001, 5)).drift).toMatchObject({ ttftMsP50: { sd: 0.001, runs: 5 } })
})

test('an assumed drift still finds what is half as slow again', () => {
  expect(decide(baseline(0.001, 0), { e2eMsP50: 1.5 }).outcome).toBe('worse')
})

test('one start has no bounds, so it is open', () => {
  const decision = decide(baseline(0.005, 10), { ttftMsP50: 2 }, 1)
  expect(decision.outcome).toBe('open')
  expect(decision.changes[0]?.low).toBeUndefined()
  expect(decision.changes[0]?.p).toBe(1)
})

test('fewer starts than the baseline’s make it less sure, more never surer than the drift', () => {
  const upper = (starts: number) => {
    const { change = 0, upper = 0 } = decide(baseline(0.01, 10), {}, starts).changes[0] ?? {}
    return Math.log1p(upper) - Math.log1p(change)
  }
  expect(upper(2)).toBeGreaterThan(upper(5))
  expect(upper(9)).toBeCloseTo(upper(5), 10)
})

test('failures decide before the times, and failures of one start alone do not', () => {
  const failing = (counts: readonly number[]) =>
    decideStored(
      baseline(0.005, 10),
      startsOf(5, {}, 0.005, 'after').map((start, i) => ({ ...start, failed: counts[i] ?? 0 })),
      DEFAULT_RULE,
    )
  expect(failing([9, 8, 9, 7, 8])).toMatchObject({ outcome: 'worse', errors: { candidate: [41, 200] } })
  expect(failing([40, 0, 0, 0, 0])).toMatchObject({ outcome: 'open', errors: { outcome: 'open' } })
  expect(failing([0, 0, 0, 0, 0])).toMatchObject({ outcome: 'kept', errors: { outcome: 'kept', p: 1 } })
})

test('two runs that have nothing in common are open, and say so', () => {
  const none = decideStored(
    baseline(0.005, 10),
    [{ boot: 0, values: {}, requests: 0, failed: 0 }],
    DEFAULT_RULE,
  )
  expect(none).toMatchObject({
    outcome: 'open',
    changes: [],
    reasons: ['the two runs have no metric in common'],
  })
})

test('drift is the spread of the runs’ levels, and one run has none', () => {
  const runs = [1, 1.02, 0.98].map((factor) => startsOf(5, { ttftMsP50: factor }, 0))
  const { sd = 0, runs: n = 0 } = measuredDrift(runs).ttftMsP50 ?? {}
  // Python: statistics.stdev([log(1), log(1.02), log(.98)]).
  expect(sd).toBeCloseTo(0.020003, 5)
  expect(n).toBe(3)
  expect(measuredDrift(runs.slice(0, 1))).toEqual({})
  expect(measuredDrift([])).toEqual({})
})
