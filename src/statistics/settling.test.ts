import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { settlingPoint } from './index.ts'

const options = { window: 10, most: 100 }

/** Around 100, within 10 %, each value drawn by a seed. */
function noisy(count: number, seed: string, level: (at: number) => number = () => 100): number[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, at) => level(at) * (0.9 + 0.2 * random.next()))
}

test('a level that never moved has settled from its first value on', () => {
  const found = Array.from({ length: 100 }, (_, seed) => settlingPoint(noisy(300, `${seed}`), options))
  const late = found.filter((one) => one?.values !== 0)
  expect(late.length).toBeLessThan(5)
  expect(settlingPoint(new Array(300).fill(7), options)).toEqual({ values: 0, isSettled: true })
})

test('a warm-up that fades is cut where it no longer shows', () => {
  const fading = noisy(300, 'fades', (at) => 100 * (1 + 4 * Math.exp(-at / 20)))
  const { values = 0, isSettled } = settlingPoint(fading, options) ?? {}
  expect(isSettled).toBe(true)
  // After 3 of its times 20 % of the level are left, after 4 7 %.
  expect(values).toBeGreaterThanOrEqual(50)
  expect(values).toBeLessThanOrEqual(110)
})

test('a first part that was too quick is cut as well as one that was too slow', () => {
  for (const factor of [0.5, 3])
    expect(
      settlingPoint(
        noisy(300, 'step', (at) => (at < 40 ? 100 * factor : 100)),
        options,
      )?.values,
    ).toBe(50)
})

test('single slow values, and a service that gets slower in the middle, are no warm-up', () => {
  const spiky = noisy(300, 'spikes').map((value, at) => (at % 25 === 3 ? 20 * value : value))
  expect(settlingPoint(spiky, options)?.values).toBe(0)
  expect(
    settlingPoint(
      noisy(300, 'later', (at) => (at < 220 ? 100 : 160)),
      options,
    )?.values,
  ).toBe(0)
})

test('a series that does not settle within what may be spent says so', () => {
  const falling = noisy(300, 'falls', (at) => (at < 200 ? 900 - 4 * at : 100))
  expect(settlingPoint(falling, options)).toEqual({ values: 100, isSettled: false })
})

test('what may be spent includes the window that begins there, and not the one after it', () => {
  const step = Array.from({ length: 300 }, (_, at) => (at < 40 ? 300 : 100))
  expect(settlingPoint(step, { window: 10, most: 40 })).toEqual({ values: 50, isSettled: true })
  expect(settlingPoint(step, { window: 10, most: 39.5 })).toEqual({ values: 39, isSettled: false })
})

test('ten windows are enough, smaller ones where there are few values, and a level may be 0', () => {
  for (const count of [30, 50, 99]) {
    expect(settlingPoint(new Array(count).fill(7), options)).toEqual({ values: 0, isSettled: true })
    expect(settlingPoint(new Array(count).fill(0), options)).toEqual({ values: 0, isSettled: true })
  }
  // Windows of five: the third is the first at the level, and may hold the end of what was not.
  const step = Array.from({ length: 50 }, (_, at) => (at < 10 ? 9 : 7))
  expect(settlingPoint(step, options)).toEqual({ values: 15, isSettled: true })
})

test('too few values show no level', () => {
  expect(settlingPoint(noisy(300, 'narrow'), { window: 2, most: 100 })).toBeUndefined()
  expect(settlingPoint(noisy(29, 'few'), options)).toBeUndefined()
  expect(settlingPoint([], options)).toBeUndefined()
})
