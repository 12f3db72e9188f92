import { expect, test } from 'vitest'
import { parseSearch, SEARCH_FLAGS, type SearchFlags } from './flags.ts'
import { requireLimits, statedAt } from './level-plan.ts'

const parse = (flag: string, text: string) =>
  SEARCH_FLAGS.find(({ usage }) => usage.startsWith(`${flag} `))?.parse(text)

test('a search starts at the rate or concurrency that is stated beside it, and never goes far below', () => {
  expect(parseSearch({ search: 'rate', rate: 8, duration: 5_000 })).toMatchObject({
    stated: { arrivals: { shape: 'rate', rate: 8, spacing: { kind: 'poisson' } }, durationMs: 5_000 },
    levels: { kind: 'search', of: 'rate', isWhole: false, start: 8, least: 1, most: 1_000 },
  })
  expect(parseSearch({ search: 'concurrency', searchMax: 64 })?.levels).toMatchObject({
    start: 1,
    least: 1,
    most: 64,
  })
})

test('a sweep has its rates, a ladder its concurrencies, and each step is the stated load at its own level', () => {
  const sweep = parseSearch({ sweep: [5, 10], arrivals: 'constant' })
  expect(sweep?.levels).toEqual({ kind: 'sweep', of: 'rate', levels: [5, 10] })
  expect(sweep && statedAt(sweep.stated, sweep.levels, 10, 1_000)).toEqual({
    ...{ arrivals: { shape: 'rate', rate: 10, spacing: { kind: 'constant' } }, durationMs: 1_000 },
  })
  const ladder = parseSearch({ ladder: [1, 2] })
  expect(ladder?.levels).toEqual({ kind: 'sweep', of: 'concurrency', levels: [1, 2] })
  expect(ladder?.stated.durationMs).toBe(20_000)
  expect(parseSearch({ rate: 5 })).toBeUndefined()
})

const refused: readonly [SearchFlags & object, RegExp][] = [
  [{ search: 'rate', sweep: [1] }, /three sequences/],
  [{ searchMax: 9 }, /--search-max bounds a search/],
  [{ search: 'rate', rate: 50, searchMax: 9 } as SearchFlags, /--search-max 9 is below 50/],
  [{ search: 'concurrency', searchMax: 9.5 }, /whole number/],
  [{ search: 'rate', maxRequests: 9 } as SearchFlags, /--max-requests ends one load/],
  [{ sweep: [1, 2], rate: 5 } as SearchFlags, /Leave --rate out/],
  [{ search: 'rate', trace: 'x' } as SearchFlags, /--rate and --trace are two shapes/],
]

test.each(refused)('%j is refused with the reason', (flags, reason) => {
  expect(() => parseSearch(flags)).toThrow(reason)
})

test('what is typed is a word or a number that can be meant', () => {
  expect(parse('--sweep', '5,10,20')).toEqual([5, 10, 20])
  for (const text of ['', '0', '-1', 'x', '5,5', '9,5', '1e9', 'Infinity'])
    expect(() => parse('--sweep', text), text).toThrow(/--sweep/)
  expect(() => parse('--search', 'speed')).toThrow('--search speed: it must be rate or concurrency.')
})

test('a search for a concurrency needs a limit of the load; one for a rate ends where the target falls behind', () => {
  const plan = parseSearch({ search: 'concurrency' })?.levels
  expect(() => requireLimits(plan, { 'warm.e2eMsP50': { max: 1 } })).toThrow(/--search concurrency needs/)
  expect(() => requireLimits(plan, { 'steady.ttftMsP99': { max: 1 } })).not.toThrow()
  expect(() => requireLimits(parseSearch({ search: 'rate' })?.levels, {})).not.toThrow()
})
