import { expect, test } from 'vitest'
import { weighPairs } from './alike.ts'
import { chances } from './testing/alike-chances.ts'

/** Pairs of 24 tokens, then of 16, where each token takes another turn with this chance. */
const turning = (perToken: number) => chances((1 - perToken) ** 24, (1 - perToken) ** 16)

test('a healthy service whose greedy texts turn with its batches is failed in far less than one run in 10,000', () => {
  expect(turning(0.05).different).toBeLessThan(4e-5)
  expect(turning(0.03).different).toBeLessThan(1e-7)
  expect(turning(0.02).different).toBeLessThan(1e-9)
  expect(turning(0.02).alike).toBeGreaterThan(0.999)
})

test('a service that samples where it should not, or changes words, is caught', () => {
  expect(chances(0, 0)).toEqual({ alike: 0, different: expect.closeTo(1), open: 0 })
  expect(chances(0.01, 0.03).different).toBeGreaterThan(0.95)
})

test('one alike of the first three is enough; twenty that differ are not alike', () => {
  expect(weighPairs([false, false, true])).toBe('alike')
  expect(weighPairs([false, false, false])).toBeUndefined()
  expect(weighPairs(Array(22).fill(false))).toBe('different')
  expect(weighPairs([false, false, false, true])).toBeUndefined()
  expect(weighPairs([false, false, false, true, true])).toBe('alike')
})
