import { expect, test } from 'vitest'
import type { StartFigures, StoredBaseline } from '../../records/index.ts'
import { DEFAULT_RULE } from './rule.ts'
import { powerOfStored } from './settling-starts.ts'

const RULE = { ...DEFAULT_RULE, margins: { ttftMsP50: 0.05 } }
const starts = (values: readonly number[]): StartFigures[] =>
  values.map((ttftMsP50, boot) => ({ boot, values: { ttftMsP50 }, requests: 10, failed: 0 }))
const baseline = (values: readonly number[], sd: number): StoredBaseline => ({
  ...{ runId: 'A', startedAt: '2026-01-01T00:00:00Z', starts: starts(values) },
  drift: { ttftMsP50: { sd, runs: 1e6 } },
})
const quiet = [99, 101, 100, 99, 101, 100]

test('the smallest change that is seen is a margin at least, and grows with the drift', () => {
  const smallest = (sd: number) => powerOfStored(baseline(quiet, sd), RULE, 6)?.smallestChange ?? 0
  expect(smallest(0.001)).toBeCloseTo(0.05, 5)
  expect(smallest(0.03)).toBeGreaterThan(0.1)
  // z at 0.01 / 8 is 3.02: drift alone reaches 3.02 · √2 · 0.03 in logarithms.
  expect(smallest(0.03)).toBeCloseTo(Math.expm1(3.0233 * Math.SQRT2 * 0.03), 2)
})

test('the starts that keep an unchanged service within its margins are named, where any number does', () => {
  expect(powerOfStored(baseline(quiet, 0.005), RULE, 2)?.startsNeeded).toBe(2)
  expect(powerOfStored(baseline([94, 106, 95, 105, 97, 103], 0.005), RULE, 2)?.startsNeeded).toBeGreaterThan(
    3,
  )
  expect(powerOfStored(baseline(quiet, 0.03), RULE, 2)?.startsNeeded).toBeUndefined()
})

test('a baseline of one start tells nothing of how starts differ', () => {
  expect(powerOfStored(baseline([100], 0.01), RULE, 3)).toBeUndefined()
})
