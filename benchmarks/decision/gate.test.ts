import { expect, test } from 'vitest'
import { DEFAULT_RULE } from '../../src/verdict/index.ts'
import { type GateResults, runGateTrials } from './gate.ts'
import { gateGoals } from './gate-page.ts'
import { readGate } from './gate-part.ts'
import { pairedTrials, storedTrials } from './gate-trials.ts'
import { WORLDS } from './gate-worlds.ts'

const TRIALS = 25

test.each(['clustered in starts', 'all together'] as const)(
  '%s: an unchanged candidate does not fail, one at the margin hardly passes',
  (name) => {
    const of = (ttft: number) =>
      pairedTrials(WORLDS[name], { ttft }, DEFAULT_RULE, { trials: TRIALS, seed: `short ${name}` })
    // P of two or more at 1 % is 3 %, of six or more at 5 % is 0.3 %; the seed is fixed.
    expect(of(1).worse).toBeLessThanOrEqual(1)
    expect(of(1.05).kept).toBeLessThanOrEqual(5)
  },
)

test('twice the margin fails, and without noise to speak of an unchanged candidate passes', () => {
  const of = (ttft: number) =>
    pairedTrials(WORLDS.independent, { ttft }, DEFAULT_RULE, { trials: TRIALS, seed: 'short' })
  expect(of(1.1).worse).toBeGreaterThanOrEqual(0.9 * TRIALS)
  expect(of(1).kept).toBeGreaterThanOrEqual(0.9 * TRIALS)
})

test('a stored run is as careful, and finds half as slow again', () => {
  const storage = { drift: 0.01, memory: 0.3, tails: 5, runs: 5, starts: 5 }
  const of = (ttft: number) =>
    storedTrials(WORLDS['heavy tails'], storage, { ttft }, DEFAULT_RULE, { trials: TRIALS, seed: 'short' })
  expect(of(1).worse).toBeLessThanOrEqual(1)
  expect(of(1.05).kept).toBeLessThanOrEqual(5)
  expect(of(1.5).worse).toBeGreaterThanOrEqual(0.9 * TRIALS)
})

test('trials go on where they ended, and the same seed gives the same', async () => {
  const measured: number[] = []
  const run = (cells: number, known?: GateResults) =>
    runGateTrials({
      ...{ trials: 2, seed: 7, ...(known && { known }) },
      keep: (results) => measured.push(results.cells.length),
      hasTime: () => (measured.at(-1) ?? 0) < cells,
    })
  const first = await run(2)
  const second = await run(3, first)
  expect(measured).toEqual([1, 2, 3])
  expect(second.cells.slice(0, 2)).toEqual(first.cells)
  measured.length = 0
  expect(await run(3)).toEqual(second)
})

const stored = readGate()

test.runIf(stored)('the stored trials are whole, and their goals are met', () => {
  const results = stored ?? expect.fail('no trials are stored')
  expect(results).toMatchObject({ isWhole: true, trials: 2_000 })
  expect(gateGoals(results).filter(({ isMet }) => !isMet)).toEqual([])
})
