import { expect, test } from 'vitest'
import { createRandom, gamma, normal, type Random } from '../random.ts'
import { medianInterval, quantile } from '../statistics/index.ts'
import { muchSlower } from './much-slower.ts'

const warm = (low: number, high: number) => [
  {
    name: 'e2eMsP50',
    warmth: 'warm' as const,
    unit: 'ms' as const,
    value: (low + high) / 2,
    n: 30,
    low,
    high,
  },
]

test('a model that is loaded for each request is much slower; an hour with more load is not', () => {
  expect(muchSlower(warm(180, 220), warm(3_000, 3_400))).toContain(
    'at least 3000 ms (95 %), and that of the old version was at most 220 ms',
  )
  expect(muchSlower(warm(180, 220), warm(300, 380))).toBeUndefined()
  expect(muchSlower(warm(180, 220), warm(90, 110))).toBeUndefined()
})

test('what a client itself can mistake is nothing, and neither is what was not measured', () => {
  expect(muchSlower(warm(2, 4), warm(8, 16))).toBeUndefined()
  expect(muchSlower([], warm(8_000, 9_000))).toBeUndefined()
  expect(muchSlower(warm(2, 4), [])).toBeUndefined()
})

type World = {
  readonly level: number
  readonly noise: number
  readonly alike: number
  readonly degrees: number
}

/** By standard deviations of a logarithm: of a session, and of an answer in it, each of which is `alike` to the one before. */
const WORLDS: readonly (readonly [string, World])[] = [
  ['calm', { level: 0.01, noise: 0.1, alike: 0, degrees: 30 }],
  ['a session moves by 3 %', { level: 0.03, noise: 0.1, alike: 0.3, degrees: 5 }],
  ['a session moves by 10 %, heavy tails', { level: 0.1, noise: 0.2, alike: 0.5, degrees: 3 }],
]

/** Student's t, scaled to a standard deviation of 1. */
const heavy = (degrees: number, random: Random): number =>
  (normal(random) / Math.sqrt((2 * gamma(random, degrees / 2)) / degrees)) * Math.sqrt(1 - 2 / degrees)

/** The warm answers of one session, as a gate measures them. */
function session({ level, noise, alike, degrees }: World, medianMs: number, random: Random) {
  const atMs = medianMs * Math.exp(level * heavy(5, random))
  let last = normal(random)
  const times = Array.from({ length: 30 }, () => {
    last = alike * last + Math.sqrt(1 - alike * alike) * heavy(degrees, random)
    return atMs * Math.exp(noise * last)
  })
  const value = quantile(times, 0.5)
  const interval = medianInterval(times)
  return [{ name: 'e2eMsP50', warmth: 'warm' as const, unit: 'ms' as const, value, n: 30, ...interval }]
}

test.each(WORLDS)(
  '%s: an unchanged service does not fail, and one that loads its model for each request does',
  (_, world) => {
    const random = createRandom(1)
    const TRIALS = 1_000
    const share = (factor: number): number => {
      let slower = 0
      for (let trial = 0; trial < TRIALS; trial++)
        if (muchSlower(session(world, 100, random), session(world, 100 * factor, random)) !== undefined)
          slower++
      return slower / TRIALS
    }
    const [unchanged, reloading] = [1, 15].map(share)
    expect(unchanged).toBeLessThan(0.005)
    expect(reloading).toBeGreaterThan(0.995)
  },
)
