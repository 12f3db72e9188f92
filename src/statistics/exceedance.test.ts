import { expect, test } from 'vitest'
import { exceedsAfter, exceedsByFar } from './index.ts'
import { inClosedLoop } from './testing/simulated-answers.ts'

const fill = (n: number, value: number): number[] => Array.from({ length: n }, () => value)

test('three answers of six seconds stop a service whose limit is half a second, two of any length do not', () => {
  expect(exceedsAfter(inClosedLoop(fill(9, 6_000)), 500)).toBe(3)
  expect(exceedsAfter(inClosedLoop(fill(9, 40_000)), 500)).toBe(3)
  expect(exceedsAfter(inClosedLoop(fill(2, 40_000)), 500)).toBeUndefined()
})

test('answers that were all sent within ten seconds stop nothing, however slow and many they are', () => {
  expect(exceedsAfter(inClosedLoop(fill(100, 100)), 5)).toBeUndefined()
  expect(exceedsAfter(inClosedLoop(fill(106, 100)), 5)).toBe(102)
})

test('eight answers that a pause makes ten times as slow stop no quick service', () => {
  expect(exceedsAfter(inClosedLoop([...fill(8, 1_000), ...fill(52, 100)]), 500)).toBeUndefined()
  expect(
    exceedsAfter(inClosedLoop([...fill(20, 100), ...fill(8, 1_000), ...fill(52, 100)]), 500),
  ).toBeUndefined()
})

test('a service of two kinds of answers is not stopped while more than one in eight keeps the limit', () => {
  const timesMs = (every: number) => fill(60, 5_000).map((ms, i) => (i % every === 0 ? 400 : ms))
  expect(exceedsAfter(inClosedLoop(timesMs(7)), 500)).toBeUndefined()
  expect(exceedsAfter(inClosedLoop(timesMs(20)), 500)).toBeDefined()
})

test('answers on the limit or below it are never evidence', () => {
  expect(exceedsAfter(inClosedLoop(fill(300, 500)), 500)).toBeUndefined()
  expect(exceedsAfter([], 500)).toBeUndefined()
  expect([exceedsByFar(fill(300, 500), 500), exceedsByFar([], 500)]).toEqual([false, false])
})

test('an excess by far needs fewer answers than a small one, and no time', () => {
  expect([2, 3].map((n) => exceedsByFar(fill(n, 1_500), 500))).toEqual([false, true])
  expect([20, 45].map((n) => exceedsByFar(fill(n, 750), 500))).toEqual([false, true])
})

test('a value or limit that is no number is refused', () => {
  for (const e2eMs of [Number.NaN, 0, -1])
    expect(() => exceedsAfter([{ sentAtMs: 0, e2eMs }], 1)).toThrow('positive')
  for (const limitMs of [Number.NaN, Number.POSITIVE_INFINITY, 0])
    expect(() => exceedsByFar([1], limitMs)).toThrow('limit')
  expect(() => exceedsAfter([{ sentAtMs: Number.NaN, e2eMs: 1 }], 1)).toThrow('sent')
})
