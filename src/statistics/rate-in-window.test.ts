import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { countInterval, rateInWindow } from './index.ts'

test('a rate counts what falls into the window, its first moment included and its last not', () => {
  const done = [0, 999, 1_000, 1_500, 3_000].map((atMs) => ({ atMs, amount: 10 }))
  expect(rateInWindow(done, { fromMs: 1_000, toMs: 3_000 })).toEqual({ value: 10, events: 2 })
})

test('a steady rate has an interval without width; one that stood still for half of the time has a wide one', () => {
  const window = { fromMs: 0, toMs: 20_000 }
  const even = Array.from({ length: 400 }, (_, i) => ({ atMs: 50 * i, amount: 1 }))
  expect(rateInWindow(even, window)).toMatchObject({ value: 20, interval: { low: 20, high: 20 } })
  const { value, interval } = rateInWindow(
    even.map(({ atMs, amount }) => ({ atMs: atMs / 2, amount })),
    window,
  )
  expect(value).toBe(20)
  expect(interval).toMatchObject({ low: 0 })
  expect(interval?.high).toBeGreaterThan(40)
})

test('mean and interval of twenty batches by hand, wherever the window lies: 4 and 8 answers a second in turn', () => {
  // Twenty seconds from 5 s on, four answers in the even ones, eight in the odd ones; each batch is a second.
  const done = Array.from({ length: 20 }, (_, second) =>
    Array.from({ length: second % 2 ? 8 : 4 }, (_, i) => ({
      atMs: 5_000 + 1_000 * second + 100 * i,
      amount: 3,
    })),
  ).flat()
  const { value, events, interval } = rateInWindow(done, { fromMs: 5_000, toMs: 25_000 })
  expect([value, events]).toEqual([18, 120])
  // Each batch is 6 tokens off, so their variance is 36 · 20/19; one is no guess of the next. Student’s t of 19: 2.093.
  const half = 2.093 * Math.sqrt((36 * 20) / 19 / 20)
  expect(interval).toEqual({ low: expect.closeTo(18 - half, 9), high: expect.closeTo(18 + half, 9) })
})

test('of 400 Poisson streams about 95 % have their rate inside the interval', () => {
  let covered = 0
  for (let i = 0; i < 400; i++) {
    const random = createRandom(`poisson ${i}`)
    const done: { atMs: number; amount: number }[] = []
    for (let atMs = 0; atMs < 20_000; atMs += -50 * Math.log(1 - random.next()))
      done.push({ atMs, amount: 1 })
    const { interval } = rateInWindow(done, { fromMs: 0, toMs: 20_000 })
    if (interval && interval.low <= 20 && interval.high >= 20) covered++
  }
  expect(covered / 400).toBeGreaterThanOrEqual(0.93)
})

test('few events have a rate and no interval', () => {
  const few = Array.from({ length: 39 }, (_, i) => ({ atMs: i, amount: 1 }))
  expect(rateInWindow(few, { fromMs: 0, toMs: 1_000 })).toEqual({ value: 39, events: 39 })
  const enough = [...few, { atMs: 999, amount: 1 }]
  expect(rateInWindow(enough, { fromMs: 0, toMs: 1_000 })).toMatchObject({ events: 40, interval: { low: 0 } })
})

test.each([
  [0, 0, 3.689],
  [1, 0.0253, 5.572],
  [10, 4.795, 18.39],
  [30, 20.24, 42.83],
])(
  'a count of %i has the interval of Garwood (1936) within a hundredth, as far as one tells',
  (count, low, high) => {
    const found = countInterval(count)
    expect(found.low).toBeCloseTo(low, 1)
    expect(Math.abs(found.high / high - 1)).toBeLessThan(0.01)
  },
)
