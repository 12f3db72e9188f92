import { expect, test } from 'vitest'
import { chosenThird } from './third.ts'

const noon = (day: string) => Date.parse(`${day}T12:00:00Z`)

test('three days judge three thirds, and the fourth the first again', () => {
  const days = ['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29']
  const thirds = days.map((day) => chosenThird('today', noon(day)))
  expect(new Set(thirds)).toEqual(new Set([0, 1, 2]))
  expect(thirds[3]).toBe(thirds[0])
})

test('a day begins at midnight UTC', () => {
  const before = chosenThird('today', Date.parse('2026-11-26T23:59:59Z'))
  expect(chosenThird('today', Date.parse('2026-11-27T00:00:00Z'))).toBe(((before ?? 0) + 1) % 3)
})

test('a number chooses a third whatever the day; without the setting all are judged', () => {
  expect(chosenThird('2', noon('2026-11-26'))).toBe(2)
  expect(chosenThird(undefined, noon('2026-11-26'))).toBeUndefined()
  expect(() => chosenThird('3', noon('2026-11-26'))).toThrow(/0, 1, 2 or today/)
})
