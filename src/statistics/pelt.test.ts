import fc from 'fast-check'
import { expect, test } from 'vitest'
import { segmentStarts } from './pelt.ts'
import { type Shape, shapesOf } from './segment-cost.ts'
import { linearCongruential } from './testing/linear-congruential.ts'

/** Uniform noise with these jumps. */
function jumping(n: number, seed: number, jumps: readonly (readonly [at: number, by: number])[]) {
  return Float64Array.from(linearCongruential(n, seed), (value, i) =>
    jumps.reduce((sum, [at, by]) => (i >= at ? sum + by : sum), value),
  )
}

// ruptures 1.1.10: rpt.Pelt(model='l2', min_size=5, jump=1).fit(v).predict(pen=…), without its last entry.
const three = jumping(120, 2, [
  [30, 1],
  [61, -1.5],
  [99, 0.7],
])
test.each([
  ['one jump', jumping(60, 1, [[25, 2]]), 0.1, [7, 14, 20, 25, 35, 45, 51]],
  ['one jump', jumping(60, 1, [[25, 2]]), 0.5, [25]],
  ['three', three, 0.1, [5, 12, 17, 22, 30, 36, 41, 51, 61, 68, 76, 81, 87, 95, 101, 106, 114]],
  ['three', three, 0.5, [12, 30, 61, 100]],
  ['three', three, 1, [30, 61, 100]],
  ['none', jumping(80, 3, []), 0.1, [8, 15, 21, 35, 40, 47, 56, 68]],
  ['none', jumping(80, 3, []), 0.5, []],
])('%s: the starts that ruptures finds at a penalty', (_, values, penalty, starts) => {
  expect(segmentStarts(shapesOf(values).levels, values.length, penalty, 5)).toEqual(starts)
})

test('lines are found where a slope turns', () => {
  const turning = jumping(90, 4, []).map((value, i) => value / 10 + (i < 40 ? 0 : (i - 40) / 5))
  const [start, ...others] = segmentStarts(shapesOf(turning).lines, 90, 1, 5)
  expect(others).toEqual([])
  expect(Math.abs((start ?? 0) - 40)).toBeLessThanOrEqual(3)
})

/** Every segmentation is tried, by the recursion alone. */
function leastCost({ cost }: Shape, n: number, penalty: number, minSegment: number): number {
  const least = [-penalty]
  for (let to = 1; to <= n; to++)
    least[to] = Math.min(
      ...Array.from(
        { length: Math.max(0, to - minSegment + 1) },
        (_, from) => (least[from] as number) + cost(from, to) + penalty,
      ),
    )
  return least[n] as number
}

test('what is pruned never wins: the cost is the least of all segmentations', () => {
  const series = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 12, maxLength: 40 })
  fc.assert(
    fc.property(
      series,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 2, max: 6 }),
      (values, penalty, minSegment) => {
        for (const shape of Object.values(shapesOf(Float64Array.from(values)))) {
          const starts = segmentStarts(shape, values.length, penalty, minSegment)
          const borders = [0, ...starts, values.length]
          const total = starts
            .concat(values.length)
            .reduce((sum, to, i) => sum + shape.cost(borders[i] as number, to), penalty * starts.length)
          expect(total).toBeCloseTo(leastCost(shape, values.length, penalty, minSegment), 6)
          for (const [i, to] of borders.slice(1).entries())
            expect(to - (borders[i] as number)).toBeGreaterThanOrEqual(minSegment)
        }
      },
    ),
    { seed: 12, numRuns: 150 },
  )
})

test('equal values are one segment, even where more of them cost nothing', () => {
  expect(segmentStarts(shapesOf(new Float64Array(12)).levels, 12, 0, 2)).toEqual([])
})

test('a start is asked from its first whole segment on, and no more once one that begins where it was beaten could end', () => {
  const series = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 8, maxLength: 40 })
  fc.assert(
    fc.property(
      series,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 4 }),
      (values, penalty, minSegment) => {
        const { levels } = shapesOf(Float64Array.from(values))
        const asked: string[] = []
        segmentStarts(
          {
            costs: (starts, count, to, into) => {
              asked.push(`${to}: ${starts.subarray(0, count).toSorted()}`)
              levels.costs(starts, count, to, into)
            },
          },
          values.length,
          penalty,
          minSegment,
        )
        expect(asked).toEqual(stillPossible(levels, values.length, penalty, minSegment))
      },
    ),
    { seed: 12, numRuns: 150 },
  )
})

/** For each end the starts that may still win there, by the rule of Killick, Fearnhead & Eckley and nothing else. */
function stillPossible({ cost }: Shape, n: number, penalty: number, minSegment: number): string[] {
  const least: number[] = [-penalty]
  const goneAt: number[] = []
  const possible: string[] = []
  for (let to = minSegment; to <= n; to++) {
    const starts = Object.keys(least)
      .map(Number)
      .filter((from) => from <= to - minSegment && to < (goneAt[from] ?? n + 1))
    possible.push(`${to}: ${starts}`)
    least[to] = Math.min(...starts.map((from) => (least[from] as number) + cost(from, to))) + penalty
    for (const from of starts)
      if ((least[from] as number) + cost(from, to) > (least[to] as number)) goneAt[from] ??= to + minSegment
  }
  return possible
}
