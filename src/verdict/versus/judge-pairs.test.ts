import { expect, test } from 'vitest'
import type { Against, Arm, ComparedMetric, Pair, PairsEnd, Run, StartFigures } from '../../records/index.ts'
import { judgePairs } from './judge-pairs.ts'
import { pairsEnd } from './pairs-end.ts'
import { DEFAULT_RULE, withinPairs } from './rule.ts'

type Values = Partial<Record<ComparedMetric, number>>

const figuresOf = (boot: number, values: Values, change: Partial<StartFigures> = {}): StartFigures => ({
  ...{ boot, values, requests: 20, failed: 0, ...change },
})

/** Pairs whose candidate takes `times` as long, with a little noise that favours neither. */
const pairsOf = (
  n: number,
  times: number,
  change: Partial<Record<Arm, Partial<StartFigures>>> = {},
): readonly Pair[] =>
  Array.from({ length: n }, (_, index): Pair => {
    const noise = 1 + 0.004 * (index % 2 === 0 ? 1 : -1)
    return {
      ...{ index, first: index % 2 === 0 ? 'baseline' : 'candidate' },
      baseline: figuresOf(2 * index, { ttftMsP50: 100, e2eMsP50: 200 }, change.baseline),
      candidate: figuresOf(
        2 * index + 1,
        { ttftMsP50: 100 * times * noise, e2eMsP50: 200 * noise },
        change.candidate,
      ),
    }
  })

const runOf = (pairs: readonly Pair[], change: Partial<Against> = {}, end?: PairsEnd): Run => {
  const rule = change.rule ?? DEFAULT_RULE
  const against = {
    targetName: 'before',
    target: { kind: 'url', dialect: 'openai' },
    rule,
    onInconclusive: 'extend',
    ...change,
  }
  const ended = end ?? pairsEnd(pairs, rule)
  return {
    against,
    pairs,
    target: { kind: 'url', dialect: 'openai' },
    ...(ended && { pairsEnd: ended }),
  } as Run
}
const outcomes = (run: Run) =>
  Object.fromEntries((judgePairs(run)?.comparisons ?? []).map(({ id, outcome }) => [id, outcome]))

test('equal services end at the first look, a slower one at the first that may say so', () => {
  const endings = (times: number) =>
    Array.from({ length: 20 }, (_, n) => pairsEnd(pairsOf(n + 1, times), DEFAULT_RULE)?.by)
  expect(endings(1).indexOf('decided')).toBe(6)
  expect(endings(1.1).indexOf('decided')).toBe(9)
  expect(outcomes(runOf(pairsOf(7, 1)))).toEqual({
    ...{ 'regression.errors': 'passed', 'regression.pairs': 'passed' },
    ...{ 'regression.ttftMsP50': 'passed', 'regression.e2eMsP50': 'passed' },
  })
  expect(outcomes(runOf(pairsOf(10, 1.1)))).toMatchObject({ 'regression.ttftMsP50': 'failed' })
})

test('between two looks no word is asked for', () => {
  expect([8, 9].map((n) => pairsEnd(pairsOf(n, 1), DEFAULT_RULE))).toEqual([undefined, undefined])
})

test('too few pairs are open, say what would settle them, and count as the user chose', () => {
  const rule = withinPairs(DEFAULT_RULE, 3)
  const run = (onInconclusive: Against['onInconclusive']) => runOf(pairsOf(3, 1), { rule, onInconclusive })
  const reasons = judgePairs(run('extend'))?.comparisons.map(({ reason }) => reason)
  expect(reasons?.at(-1)).toMatch(/^3 pairs count; .*; about \d+ pairs would settle it \(--pairs \d+\)$/)
  expect(new Set(Object.values(outcomes(run('extend'))))).toEqual(new Set(['passed', 'inconclusive']))
  expect(new Set(Object.values(outcomes(run('pass'))))).toEqual(new Set(['passed']))
  expect(outcomes(run('fail'))).toMatchObject({
    'regression.ttftMsP50': 'failed',
    'regression.errors': 'passed',
  })
  expect(judgePairs(run('pass'))?.comparisons.at(-1)?.reason).toMatch(/because of --on-inconclusive pass$/)
})

test('one pair does not know how many would do, and says how few cannot', () => {
  const reasons = judgePairs(runOf(pairsOf(1, 1), { rule: withinPairs(DEFAULT_RULE, 1) }))?.comparisons
  expect(reasons?.at(-1)?.reason).toBe(
    '1 pair counts; no more than 1 pair may count; 7 pairs are the fewest that can settle it (--pairs 7)',
  )
})

test('the user chooses no word for pairs that were not measured to their end, or that cannot be used', () => {
  const rule = withinPairs(DEFAULT_RULE, 3)
  const choice = { rule, onInconclusive: 'pass' } as const
  const { pairsEnd: _, ...killed } = runOf(pairsOf(2, 1), choice)
  expect(outcomes(killed as Run)).toMatchObject({ 'regression.pairs': 'inconclusive' })
  const voids = pairsOf(3, 1).map((pair): Pair => ({ ...pair, void: { reason: 'the client was starved' } }))
  expect(outcomes(runOf(voids, choice))).toEqual({ 'regression.pairs': 'inconclusive' })
  expect(pairsEnd(voids, rule)).toMatchObject({ by: 'voids' })
})

test('more voids than the cap can bear end the pairs', () => {
  const isVoid = (pair: Pair): Pair => ({ ...pair, void: { reason: 'the client was starved' } })
  expect(pairsEnd(pairsOf(5, 1).map(isVoid), DEFAULT_RULE)).toBeUndefined()
  expect(pairsEnd(pairsOf(6, 1).map(isVoid), DEFAULT_RULE)?.by).toBe('voids')
})

test('a candidate that cannot be measured fails, a baseline that cannot is named, and both at once say nothing of the candidate', () => {
  const broken = { broken: 'did not generate: no engine', values: {} }
  const fails = pairsOf(1, 1, { candidate: broken })
  expect(pairsEnd(fails, DEFAULT_RULE)).toEqual({
    by: 'candidate',
    reason: 'in pair 1 it did not generate: no engine',
  })
  expect(outcomes(runOf(fails))).toMatchObject({ 'regression.starts': 'failed' })
  expect(outcomes(runOf(pairsOf(1, 1, { baseline: broken })))).toEqual({
    'regression.baseline': 'inconclusive',
  })
  expect(outcomes(runOf(pairsOf(1, 1, { baseline: broken, candidate: broken })))).toEqual({
    'regression.baseline': 'inconclusive',
  })
})

test('one failed request of the candidate alone fails; failures of both are compared', () => {
  const alone = pairsOf(7, 1).map(
    (pair, n): Pair => (n === 3 ? { ...pair, candidate: { ...pair.candidate, failed: 1 } } : pair),
  )
  expect(outcomes(runOf(alone))).toMatchObject({ 'regression.errors': 'failed' })
  expect(pairsEnd(alone, DEFAULT_RULE)).toEqual({ by: 'candidate', reason: '1 of its 140 requests failed' })
  const both = pairsOf(7, 1, { baseline: { failed: 1 }, candidate: { failed: 1 } })
  expect(outcomes(runOf(both))['regression.errors']).not.toBe('failed')
})

test('a run that was held against nothing has no such comparison, and one that failed before needs none', () => {
  expect(judgePairs({ target: { kind: 'url', dialect: 'openai' } } as Run)).toBeUndefined()
  const end = { by: 'not-needed', reason: 'the run fails without them' } as const
  expect(outcomes(runOf([], {}, end))).toEqual({ 'regression.pairs': 'not-applicable' })
})
