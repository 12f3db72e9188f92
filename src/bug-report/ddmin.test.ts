import { expect, test } from 'vitest'
import { ddmin } from './ddmin.ts'

const holding =
  (needed: readonly number[], asked: number[] = []) =>
  async (kept: readonly number[]) => {
    asked.push(kept.length)
    return needed.every((one) => kept.includes(one))
  }
const numbers = Array.from({ length: 32 }, (_, index) => index)

test.each([[[]], [[7]], [[0, 31]], [[3, 4, 17]], [numbers]])(
  'what is needed stays, and nothing else: %j',
  async (needed) => {
    expect(await ddmin(numbers, holding(needed))).toEqual(needed)
  },
)

test('one item of 32 is found in the order of log2 32 halvings, not of 32 single tries', async () => {
  const asked: number[] = []
  await ddmin(numbers, holding([19], asked))
  expect(asked.length).toBeLessThan(16)
})

test('nothing is left out where each try fails', async () => {
  expect(await ddmin([1, 2, 3], async () => false)).toEqual([1, 2, 3])
})
