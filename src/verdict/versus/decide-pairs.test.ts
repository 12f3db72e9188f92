import { expect, test } from 'vitest'
import { createRandom, normal } from '../../random.ts'
import type { Pair, StartFigures } from '../../records/index.ts'
import { DEFAULT_RULE, decidePairs, withinPairs } from '../index.ts'
import { figures, pairsOf } from './testing/starts.ts'

const of = (pairs: readonly Pair[], metric: string) =>
  decidePairs(pairs, DEFAULT_RULE).changes.find((change) => change.metric === metric)

test('ten alike pairs are kept, with every gated metric below its margin', () => {
  const decision = decidePairs(pairsOf(10), DEFAULT_RULE)
  expect(decision).toMatchObject({ outcome: 'kept', pairs: { used: 10, voids: [] }, reasons: [] })
  expect(decision.changes.map(({ metric, outcome }) => `${metric} ${outcome}`)).toEqual([
    ...[
      'ttftMsP50 kept',
      'tpotMsP50 kept',
      'e2eMsP50 kept',
      'outputTokensPerSecond kept',
      'coldStartMs kept',
    ],
  ])
  expect(decision.settledByPairs).toBeUndefined()
})

test('times that are 12 % longer are worse after ten pairs, and not after seven: nothing may be spent there', () => {
  const slower = { ttftMsP50: 1.12 }
  expect(decidePairs(pairsOf(7, slower), DEFAULT_RULE)).toMatchObject({ outcome: 'open', settledByPairs: 10 })
  expect(decidePairs(pairsOf(10, slower), DEFAULT_RULE).outcome).toBe('worse')
  const change = of(pairsOf(10, slower), 'ttftMsP50')
  expect(change).toMatchObject({ outcome: 'worse', margin: 0.05, n: 10, p: 1 / 1_024 })
  expect(change?.change).toBeCloseTo(0.12, 2)
  expect(change?.low).toBeGreaterThan(0.1)
  expect(change?.high).toBeLessThan(0.14)
})

test('of tokens/s fewer are worse, as a fraction of the baseline', () => {
  const change = of(pairsOf(10, { outputTokensPerSecond: 0.9 }), 'outputTokensPerSecond')
  expect(change?.outcome).toBe('worse')
  expect(change?.change).toBeCloseTo(0.1, 2)
  expect(of(pairsOf(10, { outputTokensPerSecond: 1.1 }), 'outputTokensPerSecond')).toMatchObject({
    outcome: 'kept',
  })
})

test('what is surely slower but by less than the margin is kept', () => {
  const change = of(pairsOf(20, { e2eMsP50: 1.03 }), 'e2eMsP50')
  expect(change).toMatchObject({ outcome: 'kept' })
  expect(change?.p).toBeLessThan(0.001)
  expect(change?.upper).toBeLessThan(0.05)
})

test('a change at the margin is open, and no number of pairs is promised where it lies on it', () => {
  const pairs = pairsOf(10, { ttftMsP50: 1.0499 }, 0.03)
  expect(decidePairs(pairs, DEFAULT_RULE).outcome).toBe('open')
})

test('noise leaves it open, with the number of pairs that would settle it', () => {
  const decision = decidePairs(pairsOf(10, {}, 0.08), DEFAULT_RULE)
  expect(decision.outcome).toBe('open')
  expect(decision.settledByPairs).toBeGreaterThan(10)
})

test('one metric that is worse decides against all others that are kept', () => {
  expect(decidePairs(pairsOf(20, { coldStartMs: 1.3 }), DEFAULT_RULE).outcome).toBe('worse')
})

test('failures decide before the times: more of the candidate’s are worse though all is as quick', () => {
  const failing = pairsOf(10).map((pair) => ({ ...pair, candidate: { ...pair.candidate, failed: 3 } }))
  const decision = decidePairs(failing, DEFAULT_RULE)
  expect(decision.outcome).toBe('worse')
  expect(decision.errors).toMatchObject({ baseline: [0, 400], candidate: [30, 400], outcome: 'worse' })
})

test('a failure that shows nothing keeps the pairs from being kept while its share may be above the margin', () => {
  const failing = pairsOf(10).map((pair, i) => ({
    ...pair,
    candidate: { ...pair.candidate, failed: i < 4 ? 1 : 0 },
  }))
  expect(decidePairs(failing, DEFAULT_RULE)).toMatchObject({ outcome: 'open', errors: { outcome: 'open' } })
  const many = failing.map((pair) => ({
    ...pair,
    baseline: { ...pair.baseline, requests: 400 },
    candidate: { ...pair.candidate, requests: 400 },
  }))
  expect(decidePairs(many, DEFAULT_RULE)).toMatchObject({ outcome: 'kept', errors: { outcome: 'kept' } })
})

test('failures of both arms alike keep it', () => {
  const failing = pairsOf(20).map((pair) => ({
    ...pair,
    baseline: { ...pair.baseline, failed: 1, requests: 200 },
    candidate: { ...pair.candidate, failed: 1, requests: 200 },
  }))
  expect(decidePairs(failing, DEFAULT_RULE)).toMatchObject({ outcome: 'kept', errors: { outcome: 'kept' } })
})

const voided = (pair: Pair, arm?: 'baseline' | 'candidate'): Pair => ({
  ...pair,
  void: { reason: 'the client was late', ...(arm && { arm }) },
})

test('void pairs are counted and never slow', () => {
  const [first, ...rest] = pairsOf(11, {})
  const slow = { ...voided(first as Pair, 'candidate'), candidate: figures({ ttftMsP50: 9 }) }
  const decision = decidePairs([slow, ...rest], DEFAULT_RULE)
  expect(decision).toMatchObject({
    ...{ outcome: 'kept', pairs: { used: 10, voids: ['candidate: the client was late'] } },
  })
})

test('more than a fifth void leaves it open', () => {
  const pairs = pairsOf(13).map((pair, i) => (i < 3 ? voided(pair) : pair))
  expect(decidePairs(pairs, DEFAULT_RULE)).toMatchObject({
    ...{ outcome: 'open', reasons: ['3 of 13 pairs are void; at most 20 % may be'] },
  })
  expect(decidePairs(pairs.slice(1), DEFAULT_RULE).outcome).toBe('kept')
})

test('two more voids of one arm than of the other leave it open, whichever that is', () => {
  for (const arm of ['baseline', 'candidate'] as const) {
    const pairs = pairsOf(12, { ttftMsP50: 2 }).map((pair, i) => (i < 2 ? voided(pair, arm) : pair))
    const decision = decidePairs(pairs, DEFAULT_RULE)
    expect(decision.outcome).toBe('open')
    expect(decision.reasons).toHaveLength(1)
    expect(decision.settledByPairs).toBeUndefined()
  }
  const both = pairsOf(12).map((pair, i) => (i < 2 ? voided(pair, i === 0 ? 'baseline' : 'candidate') : pair))
  expect(decidePairs(both, DEFAULT_RULE).outcome).toBe('kept')
})

test('nothing but voids, or nothing, is open', () => {
  expect(decidePairs([], DEFAULT_RULE)).toEqual({
    ...{ outcome: 'open', changes: [], pairs: { used: 0, voids: [] }, reasons: ['no pair of starts counts'] },
  })
  const pairs = pairsOf(2).map((pair) => voided(pair))
  expect(decidePairs(pairs, DEFAULT_RULE)).toMatchObject({ outcome: 'open', pairs: { used: 0 } })
  const empty = { boot: 0, values: {}, requests: 0, failed: 0 }
  const blank: Pair = { index: 0, first: 'baseline', baseline: empty, candidate: empty }
  expect(decidePairs([blank], DEFAULT_RULE)).toMatchObject({
    outcome: 'open',
    changes: [],
    errors: { outcome: 'open' },
  })
})

const without = (start: StartFigures, metric: string): StartFigures => ({
  ...start,
  values: Object.fromEntries(Object.entries(start.values).filter(([name]) => name !== metric)),
})

test('a metric that a third of the pairs lack is not kept', () => {
  const pairs = pairsOf(10).map((pair, i) =>
    i < 3 ? { ...pair, candidate: without(pair.candidate, 'tpotMsP50') } : pair,
  )
  expect(of(pairs, 'tpotMsP50')).toMatchObject({ outcome: 'open', n: 7 })
  expect(of(pairs, 'ttftMsP50')).toMatchObject({ outcome: 'kept', n: 10 })
})

test('a tail joins where every start has it, the highest of each time; the other tails are reported', () => {
  const tails = { ttftMsP90: 1, ttftMsP99: 1, e2eMsP90: 1 }
  const outcomes = (pairs: readonly Pair[]) =>
    decidePairs(pairs, DEFAULT_RULE)
      .changes.map(({ metric, outcome }) => `${metric} ${outcome}`)
      .slice(5)
  expect(outcomes(pairsOf(10, tails))).toEqual(['ttftMsP99 kept', 'e2eMsP90 kept', 'ttftMsP90 reported'])
  const [first, ...rest] = pairsOf(10, tails)
  const lacking = { ...(first as Pair), baseline: without((first as Pair).baseline, 'ttftMsP99') }
  expect(outcomes([lacking, ...rest])).toEqual(['ttftMsP90 kept', 'e2eMsP90 kept', 'ttftMsP99 reported'])
})

test('pairs that end between two looks spend what the later one may, and it is not more', () => {
  const slower = pairsOf(9, { ttftMsP50: 1.12 })
  expect(decidePairs(slower, DEFAULT_RULE).outcome).toBe('worse')
  const eight = withinPairs(DEFAULT_RULE, 8)
  expect(eight.looks).toEqual([
    { pairs: 7, fail: 0, pass: 0.2 },
    { pairs: 8, fail: 1, pass: 0.8 },
  ])
  expect(withinPairs(DEFAULT_RULE, 5).looks).toEqual([{ pairs: 5, fail: 1, pass: 1 }])
  expect(withinPairs(DEFAULT_RULE, 40).looks.at(-1)).toEqual({ pairs: 40, fail: 0.6, pass: 0.5 })
})

test('the order of pairs changes nothing, and neither does the unit', () => {
  const random = createRandom('order')
  const pairs = pairsOf(10, { ttftMsP50: Math.exp(0.02 * normal(random)) }, 0.03)
  const scaled = pairs.map((pair) => ({
    ...pair,
    baseline: times(pair.baseline, 4),
    candidate: times(pair.candidate, 4),
  }))
  const plain = decidePairs(pairs, DEFAULT_RULE)
  expect(decidePairs(pairs.toReversed(), DEFAULT_RULE).changes).toEqual(plain.changes)
  const inOtherUnit = decidePairs(scaled, DEFAULT_RULE).changes
  for (const [i, { change, p, outcome }] of plain.changes.entries()) {
    expect(inOtherUnit[i]).toMatchObject({ p, outcome })
    expect(inOtherUnit[i]?.change).toBeCloseTo(change, 10)
  }
})

const times = (start: StartFigures, factor: number): StartFigures => ({
  ...start,
  values: Object.fromEntries(Object.entries(start.values).map(([name, value]) => [name, value * factor])),
})
