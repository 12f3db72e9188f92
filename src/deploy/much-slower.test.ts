import { expect, test } from 'vitest'
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
