import { expect, test } from 'vitest'
import { loadClosedList } from '../checks/load-suites.ts'
import { FAULTS } from '../simulator/index.ts'

/** Limits of the gate are no promises, and may catch a fault all the same. */
const LIMITS = ['warm-to-cold', 'warm-budget', 'warm-errors', 'cold-starts', 'expected-routes', '*']

test('each fault names promises that exist, or says what it would take to catch it', () => {
  const known = [...loadClosedList().map(({ id }) => id), ...LIMITS]
  const unknown = FAULTS.flatMap(({ id, caughtBy }) =>
    Object.keys(caughtBy)
      .filter((name) => !known.includes(name))
      .map((name) => `${id}: ${name}`),
  )
  expect(unknown).toEqual([])
  const open = FAULTS.filter(
    ({ caughtBy, needs }) => Object.keys(caughtBy).length === 0 && needs === undefined,
  )
  expect(open.map(({ id }) => id)).toEqual([])
})

test('what a reason must say is more than any reason says', () => {
  const says = new Map(loadClosedList().map((entry) => [entry.id, entry.says]))
  for (const { id, caughtBy } of FAULTS)
    for (const [promise, pattern] of Object.entries(caughtBy)) {
      for (const any of ['', 'a generation failed', 'HTTP 500', `${promise}: ${says.get(promise)}`, id])
        expect(pattern.test(any), `${id}: ${pattern} holds for "${any}"`).toBe(false)
    }
})
