import { expect, test } from 'vitest'
import { leaksStop } from './leaks-stop.ts'

const FREE = 'Once upon a time there was'

test('a part of the stop string, all of it, or what comes behind it leaks; another turn of the text does not', () => {
  const place = { free: FREE, stop: 'pon a', at: FREE.indexOf('pon a') }
  expect(leaksStop('Once u', place)).toBe(false)
  expect(leaksStop('Once up', place)).toBe(true)
  expect(leaksStop('Once upon a time', place)).toBe(true)
  expect(leaksStop('Once u time', place)).toBe(true)
  expect(leaksStop('Once under a tree', place)).toBe(false)
})
