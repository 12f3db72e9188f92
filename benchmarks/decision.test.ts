import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documentOf } from './decision/document.ts'
import { readResults } from './decision/results.ts'
import { alarmsOf } from './decision/trend-alarms.ts'
import { FAMILIES, type Family } from './decision/trend-families.ts'
import { medianDelay, withinShare } from './decision/trend-results.ts'
import { infergateSteps, infergateYears } from './decision/trend-run.ts'

const named = (name: string): Family =>
  FAMILIES.find((family) => family.name === name) ?? expect.fail(`no family is called ${name}`)

test('docs/statistics.md says what was measured', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/statistics.md'), 'utf8')
  expect(page).toBe(documentOf(readResults()))
})

test.each(['iid', 'AR 0.3', 'two hosts'])('a year of %s in which nothing changed raises no alarm', (name) => {
  expect(infergateYears(named(name), { seed: 1, from: 0, count: 1 }).alarms).toBe(0)
})

test('a step of 10 % is announced within six nights in most series, and within twelve in all', () => {
  const steps = infergateSteps(named('iid'), { seed: 1, from: 0, count: 6 })
  expect(medianDelay(steps)).toBeLessThanOrEqual(6)
  expect(withinShare(steps, 12)).toBe(1)
})

test('a change that is located again some nights off is one alarm, one the other way is another', () => {
  const announced = [
    [],
    [{ index: 50, isRise: true }],
    [{ index: 52, isRise: true }],
    [],
    [
      { index: 49, isRise: true },
      { index: 50, isRise: false },
    ],
  ]
  expect(alarmsOf(announced, 60)).toEqual([
    { index: 50, isRise: true, known: 61 },
    { index: 50, isRise: false, known: 64 },
  ])
})

test('a median counts a step that was not found as the longest', () => {
  expect(medianDelay({ series: 3, delays: [4, 5] })).toBe(5)
  expect(medianDelay({ series: 4, delays: [4] })).toBeUndefined()
  expect(withinShare({ series: 4, delays: [4, 13] }, 12)).toBe(0.25)
})
