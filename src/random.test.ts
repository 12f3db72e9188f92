import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

test('equal seeds give equal streams, other seeds others', () => {
  const draw = (seed: number) => Array.from({ length: 50 }, createRandom(seed).next)
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

test('integers are uniform over both ends', () => {
  const random = createRandom('uniform')
  const counts = new Array(6).fill(0)
  for (let i = 0; i < 60_000; i++) counts[random.integer(0, 5)]++
  // 60,000 draws over 6 cells: the standard deviation of a cell is 91, so 5 of them.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(460)
})
