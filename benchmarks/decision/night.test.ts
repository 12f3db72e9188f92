import { expect, test } from 'vitest'
import { DEFAULT_RULE } from '../../src/verdict/index.ts'
import { WORLDS } from './gate-worlds.ts'
import { readNights } from './night.ts'
import { nightGoals } from './night-page.ts'
import { nightTrials } from './night-trials.ts'

const NIGHTS = { before: 12, starts: 3, own: 0.01, machine: 0.05, hasReference: true }
const TRIALS = 25

test('a night of an unchanged service does not fail on a machine that moves, and one that is 30 % slower does', () => {
  const of = (ttft: number) =>
    nightTrials(WORLDS.independent, NIGHTS, { ttft }, DEFAULT_RULE, { trials: TRIALS, seed: 'short' })
  expect(of(1).worse).toBeLessThanOrEqual(1)
  expect(of(1.3).worse).toBeGreaterThanOrEqual(0.9 * TRIALS)
})

test('the stored nights meet their goals', () => {
  const results = readNights() ?? expect.fail('no nights are stored')
  expect(Math.min(...results.cells.map(({ counts }) => counts.trials))).toBeGreaterThanOrEqual(1_000)
  expect(nightGoals(results).filter(({ isMet }) => !isMet)).toEqual([])
})
