import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'

/** A check with so much time, in which the n-th task takes `tookMs[n]`. */
async function within(timeMs: number, tookMs: readonly number[]): Promise<readonly number[]> {
  let leftMs = timeMs
  return await inTurn(
    tookMs.length,
    () => leftMs,
    async (index) => {
      leftMs -= tookMs[index] ?? 0
      return index
    },
  )
}

test('with time enough each is run once, in order', async () => {
  expect(await within(1_000, [10, 10, 10])).toEqual([0, 1, 2])
  expect(await within(1_000, [])).toEqual([])
})

test('the first is run even where no time is left', async () => {
  expect(await within(0, [10, 10])).toEqual([0])
})

test('none is begun that may not end in time, however quick the latest was', async () => {
  expect(await within(100, [40, 10, 10])).toEqual([0])
  expect(await within(121, [40, 1, 1])).toEqual([0, 1])
})
