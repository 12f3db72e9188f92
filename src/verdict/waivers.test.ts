import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CaseResult, Run, Waiver } from '../records/index.ts'
import { countingFailures, decide } from './index.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)
const ID = 'errors.bad-parameter-refused'
const DAY = passing.startedAt.slice(0, 10)

/** The passing run with one promise broken, in these cases, and these waivers. */
const runWith = (waivers: readonly Partial<Waiver>[], cases?: readonly CaseResult[]): Run => ({
  ...passing,
  checks: passing.checks.map((check) =>
    check.id === ID ? { ...check, outcome: 'failed', reason: 'as it was', ...(cases && { cases }) } : check,
  ),
  waivers: waivers.map((one) => ({ id: ID, reason: 'known', until: DAY, ...one })),
})
const failed = (name: string): CaseResult => ({ name, outcome: 'failed', reason: `no ${name}` })

test('a waiver holds on its last day and not on the next', () => {
  expect(decide(runWith([{}])).verdict).toBe('PASS')
  const dayBefore = new Date(Date.parse(DAY) - 86_400_000).toISOString().slice(0, 10)
  const { verdict, reasons } = decide(runWith([{ until: dayBefore }]))
  expect([verdict, reasons[0]]).toEqual(['FAIL', `${ID} failed: as it was; its waiver ended on ${dayBefore}`])
})

test('a waiver of a case waives nothing else of its promise', () => {
  for (const cases of [undefined, [failed('a'), failed('outside the cases')]]) {
    const run = runWith([{ case: 'a' }], cases)
    expect(decide(run).verdict).toBe('FAIL')
    expect(countingFailures(run)).toEqual([{ id: ID, ...(cases && { case: 'outside the cases' }) }])
  }
  expect(decide(runWith([{ case: 'a' }], [failed('a')])).verdict).toBe('PASS')
})

test('a case that decided nothing does not pass under the waiver of another', () => {
  const undecided: CaseResult = { name: 'b', outcome: 'inconclusive', reason: 'cannot tell' }
  const { verdict, reasons } = decide(runWith([{ case: 'a' }], [failed('a'), undecided]))
  expect(verdict).toBe('INCONCLUSIVE')
  expect(reasons[0]).toBe(`1 check is inconclusive in b (${ID}).`)
})

test('a waiver of what the run did not judge is neither used nor unneeded', () => {
  const { waivers } = decide({ ...runWith([{}]), checks: [] })
  expect(waivers?.[0]?.state).toBe('unjudged')
})
