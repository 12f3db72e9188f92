import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OpenLoop, RateStage, Spacing } from '../../records/index.ts'
import { dueTimes, dueTimesHash } from './due-times.ts'
import { whenExpected } from './rate-stages.ts'

const CONSTANT: Spacing = { kind: 'constant' }
const POISSON: Spacing = { kind: 'poisson' }
const bursty = (burstiness: number): Spacing => ({ kind: 'gamma', burstiness })
const at = (rate: number, spacing: Spacing): OpenLoop => ({ shape: 'rate', rate, spacing })
const inStages = (stages: readonly RateStage[], spacing: Spacing): OpenLoop => ({
  ...{ shape: 'stages', stages, spacing },
})

test('a constant rate is due at equal steps from 0, and never at the end', () => {
  expect([...dueTimes(at(4, CONSTANT), { seed: 1, durationMs: 1000 })]).toEqual([0, 250, 500, 750])
  expect([...dueTimes(at(4, CONSTANT), { seed: 1, count: 3 })]).toEqual([0, 250, 500])
  // 1.1 × 10 is a little more than 11 in doubles.
  expect(dueTimes(at(1.1, CONSTANT), { seed: 1, durationMs: 10_000 })).toHaveLength(11)
})

test('a ramp is due when the integral of its rate reaches the next whole number', () => {
  // 0 → 10/s in 10 s: t² / 2 = n.
  const up = dueTimes(inStages([{ from: 0, to: 10, durationMs: 10_000 }], CONSTANT), { seed: 1 })
  expect(up).toHaveLength(50)
  for (const [n, time] of up.entries()) expect(time).toBeCloseTo(1000 * Math.sqrt(2 * n), 8)
  const down = dueTimes(inStages([{ from: 10, to: 0, durationMs: 10_000 }], CONSTANT), { seed: 1 })
  expect(down).toHaveLength(50)
  for (const [n, time] of down.entries()) expect(time).toBeCloseTo(1000 * (10 - Math.sqrt(100 - 2 * n)), 8)
})

test('the last moment of a ramp to 0 is a time, though the rounded discriminant is below 0', () => {
  // Found by search: 49.8² − 2 · 118.54889999999999 · 49.8 / 4.761 is −4.5e-13 in doubles.
  const last = whenExpected(118.54889999999999, { from: 49.8, to: 0, durationMs: 4761 })
  expect(last).toBeCloseTo(4761, 4)
})

test('bursts of nearly equal moments stay in order on a ramp', () => {
  const burst = inStages([{ from: 1.6, to: 197, durationMs: 200_000 }], bursty(0.01))
  const times = dueTimes(burst, { seed: 1 })
  expect(times.every((time, i) => time >= (times[i - 1] ?? 0))).toBe(true)
})

test('a stage holds its rate from its first moment, and a stage of rate 0 is a pause', () => {
  const stages = [
    { from: 2, to: 2, durationMs: 1000 },
    { from: 0, to: 0, durationMs: 5000 },
    { from: 4, to: 4, durationMs: 1000 },
  ]
  expect([...dueTimes(inStages(stages, CONSTANT), { seed: 1 })]).toEqual([
    ...[0, 500, 6000, 6250, 6500, 6750],
  ])
})

/** Index of dispersion: the variance of the counts in windows of 50 mean gaps, divided by their mean. */
function dispersion(times: Float64Array, windowMs: number): number {
  const counts = new Array<number>(Math.floor((times.at(-1) ?? 0) / windowMs)).fill(0)
  for (const time of times) {
    const window = Math.floor(time / windowMs)
    if (window < counts.length) counts[window] = (counts[window] ?? 0) + 1
  }
  const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length
  return counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1) / mean
}

const N = 100_000
const RATE = 20
const WINDOW = 50

test('constant arrivals have the stated rate exactly and no dispersion', () => {
  const times = dueTimes(at(RATE, CONSTANT), { seed: 1, count: N })
  expect(times.at(-1)).toBe(((N - 1) * 1000) / RATE)
  expect(dispersion(times, (WINDOW * 1000) / RATE)).toBe(0)
})

test.each([
  { name: 'Poisson', spacing: POISSON, k: 1 },
  ...[0.25, 0.5, 4, 25].map((k) => ({ name: `gamma ${k}`, spacing: bursty(k), k })),
])('$name arrivals have the stated rate and the dispersion of their distribution', ({ spacing, k }) => {
  const times = dueTimes(at(RATE, spacing), { seed: 11, count: N })
  const rate = (N * 1000) / (times.at(-1) ?? 0)
  // The standard error of a mean gap: its coefficient of variation 1/√k, divided by √N.
  expect(Math.abs(rate / RATE - 1)).toBeLessThan(3 / Math.sqrt(k * N))
  // Cox (1962), Renewal Theory, §4.5: Var N(t) ≈ C²·t + 1/6 + C⁴/2 − μ₃/3 at rate 1; for gamma gaps C² = 1/k, μ₃ = 2/k².
  const analytic = 1 / k + (1 / 6 - 1 / (6 * k * k)) / WINDOW
  const measured = dispersion(times, (WINDOW * 1000) / RATE)
  // The relative standard error of a variance from w windows is about √(2/w); burstier counts are skewed and have more.
  expect(Math.abs(measured / analytic - 1)).toBeLessThan(4 * Math.sqrt(2 / (N / WINDOW)))
})

test('Poisson arrivals on a ramp are a Poisson process of its rate', () => {
  // 0 → 40/s in 2,000 s: 40,000 requests. By their own clock, λ(t) = t²/100, the gaps are exponential.
  const times = dueTimes(inStages([{ from: 0, to: 40, durationMs: 2_000_000 }], POISSON), { seed: 5 })
  expect(Math.abs(times.length - 40_000)).toBeLessThan(3 * Math.sqrt(40_000))
  const clock = [...times].map((time) => (time / 1000) ** 2 / 100)
  const gaps = clock.map((now, i) => now - (clock[i - 1] ?? 0)).toSorted((a, b) => a - b)
  const distances = gaps.map((gap, i) => Math.abs(1 - Math.exp(-gap) - (i + 0.5) / gaps.length))
  // Kolmogorov–Smirnov: exceeded once in 1,000.
  expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(gaps.length))
})

test('the number of requests of a drawn load differs by chance as it should: nothing is rescaled to hit a total', () => {
  const counts = Array.from(
    { length: 400 },
    (_, seed) => dueTimes(at(20, POISSON), { seed, durationMs: 5000 }).length,
  )
  const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length
  const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1)
  expect(Math.abs(mean - 100)).toBeLessThan((4 * Math.sqrt(100)) / Math.sqrt(400))
  expect(Math.abs(variance / 100 - 1)).toBeLessThan(4 * Math.sqrt(2 / 400))
})

const anySpacing = fc.oneof(
  fc.constant(CONSTANT),
  fc.constant(POISSON),
  fc.double({ min: 0.1, max: 20, noNaN: true }).map(bursty),
)
const anyRate = fc.double({ min: 0, max: 50, noNaN: true })
const anyStages = fc.array(
  fc.record({ from: anyRate, to: anyRate, durationMs: fc.integer({ min: 1, max: 10_000 }) }),
  { minLength: 1, maxLength: 5 },
)

test('any stages: ascending times before the end, equal for equal seeds, and a shorter load is the beginning of a longer one', () => {
  const property = fc.property(
    anyStages,
    anySpacing,
    fc.nat(),
    fc.integer({ min: 1, max: 50 }),
    (stages, spacing, seed, count) => {
      // Enough to be due in any case.
      const all = [...stages, { from: 100, to: 100, durationMs: 1000 }]
      const load = inStages(all, spacing)
      const times = dueTimes(load, { seed })
      const endMs = all.reduce((sum, { durationMs }) => sum + durationMs, 0)
      expect(times.every((time, i) => time >= (times[i - 1] ?? 0) && time < endMs)).toBe(true)
      expect(dueTimes(load, { seed })).toEqual(times)
      expect(dueTimes(load, { seed, count })).toEqual(times.slice(0, count))
      const middle = times[Math.floor(times.length / 2)] ?? 0
      if (middle > (times[0] ?? 0))
        expect(dueTimes(load, { seed, durationMs: middle })).toEqual(times.filter((time) => time < middle))
    },
  )
  fc.assert(property, { seed: 20, numRuns: 60 })
})

test('the hash is the SHA-256 of little-endian doubles, and known for a seed', () => {
  const bytes = Buffer.from('000000000000000000000000000059400000000000006940', 'hex')
  expect(dueTimesHash([0, 100, 200])).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
  const times = dueTimes(at(20, POISSON), { seed: 1, count: 5 })
  expect([...times]).toEqual([
    ...[133.1452507035956, 142.48105978954106, 179.1137490094756, 195.35807946008265, 241.53064596847634],
  ])
  expect(dueTimesHash(times)).toBe('sha256:139ad0aa912f5bdccb265cc53cf3d077422570bbbf00384a25784218919d07f7')
})

test('a load of too many requests or of none is wrong usage', () => {
  expect(() => dueTimes(at(100_000, CONSTANT), { seed: 1, durationMs: 60_000 })).toThrow(
    /more than 1000000 requests/,
  )
  expect(() => dueTimes(at(0.001, POISSON), { seed: 3, durationMs: 1 })).toThrow(
    /No request of the load is due before it ends \(seed 3\)/,
  )
})
