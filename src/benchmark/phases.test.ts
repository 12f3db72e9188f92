import { expect, test } from 'vitest'
import type { Sample } from '../records/index.ts'
import { mostInFlight, phasesOf, withPhases } from './index.ts'

const sample = (index: number, sentAtMs: number, e2eMs: number, others: Partial<Sample> = {}): Sample => ({
  ...{ scenario: 'load', warmth: 'steady', boot: 0, index, outcome: 'completed', sentAtMs, e2eMs, ...others },
})

/** Eight in flight for so many rounds; the rounds before `warmAt` take four times as long to their first token. */
const rounds = (count: number, warmAt = 0): Sample[] =>
  Array.from({ length: 8 * count }, (_, index) => {
    const round = Math.floor(index / 8)
    const slow = Math.min(round, warmAt)
    return sample(index, 100 * round + 40 * slow, round < warmAt ? 140 : 100, {
      ttftMs: round < warmAt ? 60 : 15,
    })
  })

test('the first wave, the warm-up until times settle, the steady window and the cool-down are told apart by send time', () => {
  const samples = rounds(50, 6)
  const phases = phasesOf(samples)
  expect(phases).toMatchObject({
    firstWave: 8,
    warmUp: 'a first wave of 8 (ttft p50 60 ms), then 50 until the times settled',
    steady: { fromMs: 940, toMs: 5_140 },
  })
  const phased = withPhases(samples, phases)
  const count = (phase: Sample['phase']) => phased.filter((one) => one.phase === phase).length
  expect([count('warm-up'), count('steady'), count('cool-down')]).toEqual([56, 336, 8])
  expect(phased.filter(({ firstWave }) => firstWave).map(({ index }) => index)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7,
  ])
})

test('where nothing streams the whole answer is looked at', () => {
  const samples = rounds(50, 6).map(({ ttftMs: _, ...others }) => others)
  expect(phasesOf(samples).steady).toMatchObject({ fromMs: 940 })
})

test('failed answers are in a phase, and decide none', () => {
  const broken = rounds(50, 6).map((one, at) =>
    at % 5 === 0 ? { ...one, outcome: 'timeout' as const, e2eMs: 90_000 } : one,
  )
  expect(phasesOf(broken).steady?.fromMs).toBeGreaterThanOrEqual(840)
  expect(phasesOf(broken).steady?.fromMs).toBeLessThanOrEqual(1_040)
})

test('one answer that takes the whole load does not make all of it cool-down', () => {
  const samples = [...rounds(50), sample(999, 1, 60_000)]
  expect(phasesOf(samples).steady).toEqual({ fromMs: 100, toMs: expect.closeTo(3_920, 6) })
})

test('a load of one wave has nothing steady, and says why', () => {
  expect(phasesOf(rounds(1))).toEqual({
    firstWave: 8,
    warmUp: 'all 8 requests were sent before one was answered: nothing was steady',
  })
  expect(withPhases(rounds(1), phasesOf(rounds(1))).every(({ phase }) => phase === 'warm-up')).toBe(true)
  expect(phasesOf([])).toEqual({ firstWave: 0, warmUp: 'nothing was sent' })
})

test('the most in flight at a time is counted exactly', () => {
  expect([mostInFlight(rounds(3)), mostInFlight([]), mostInFlight([sample(0, 5, 1)])]).toEqual([8, 0, 1])
})
