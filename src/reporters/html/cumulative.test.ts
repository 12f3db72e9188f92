import { expect, test } from 'vitest'
import { cumulative } from './cumulative.ts'

test('each share is that of the values up to its place, of several sets at the same places', () => {
  expect(cumulative([[1, 2, 2, 4], [3]])).toEqual({
    at: [1, 2, 3, 4],
    shares: [
      [25, 75, 75, 100],
      [0, 0, 100, 100],
    ],
  })
})

test('of many values fewer are drawn, both ends among them, each share exact', () => {
  const { at, shares } = cumulative([Array.from({ length: 30_000 }, (_, index) => index + 1)])
  expect([at.length, at[0], at.at(-1), shares[0]?.at(-1)]).toEqual([400, 1, 30_000, 100])
  for (const [index, place] of at.entries()) expect(shares[0]?.[index]).toBeCloseTo(place / 300, 2)
})

test('a set without values has no share anywhere', () => {
  expect(cumulative([[], []])).toEqual({ at: [], shares: [[], []] })
})
