import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CaseResult, Caused, Check, RequestTrait, Run } from '../records/index.ts'
import { findingsOf } from './findings.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)
const check = (id: string, caused: Caused, more: Partial<Check> = {}): Check => ({
  ...{ id, suite: 'x', says: 'y', outcome: 'failed', required: true, durationMs: 1, reason: `${id} broke` },
  ...caused,
  ...more,
})
const failing = (cause: string, ...causeIn: readonly RequestTrait[]): Caused => ({ cause, causeIn })
const found = (...checks: readonly Check[]) =>
  findingsOf({ ...passing, checks }).map(({ reason, checks: ids }) => [reason, ids])

test('a failure of every constrained request is one finding, on both routes and streamed', () => {
  const checks = [
    check('x.a', failing('HTTP 500', 'constrained')),
    check('x.b', failing('HTTP 500', 'chat', 'constrained')),
    check('x.c', failing('HTTP 500', 'constrained', 'streamed')),
    check('x.d', failing('HTTP 500', 'constrained', 'bad')),
  ]
  expect(found(...checks)).toEqual([['a constrained request fails: HTTP 500', ['x.a', 'x.b', 'x.c', 'x.d']]])
})

test('a failure that a plain request meets too is that of every request', () => {
  const checks = [check('x.a', failing('HTTP 500', 'chat')), check('x.b', failing('HTTP 500'))]
  expect(found(...checks)).toEqual([['a request fails: HTTP 500', ['x.a', 'x.b']]])
})

test('two faults that answer in the same words stay two findings where the requests have nothing in common', () => {
  const checks = [
    check('x.a', failing('HTTP 500', 'chat')),
    check('x.b', failing('HTTP 500', 'constrained')),
    check('x.c', failing('HTTP 500', 'constrained', 'bad')),
    check('x.d', failing('HTTP 503', 'constrained')),
  ]
  expect(found(...checks).map(([, ids]) => ids)).toEqual([['x.a'], ['x.b', 'x.c'], ['x.d']])
})

test('silence has no words: a plain request without an answer does not explain a stream without one', () => {
  const checks = [
    check('x.a', failing('timeout', 'streamed', 'unanswered')),
    check('x.b', failing('timeout', 'health', 'unanswered')),
    check('x.c', failing('timeout', 'chat', 'streamed', 'unanswered')),
  ]
  expect(found(...checks).map(([, ids]) => ids)).toEqual([['x.a', 'x.c'], ['x.b']])
})

test('a check whose cases have several causes counts under each, and those without one are its own finding', () => {
  const failedCase = (name: string, caused: Caused): CaseResult => ({
    ...{ name, outcome: 'failed', reason: `${name} broke` },
    ...caused,
  })
  const cases = [
    failedCase('one', failing('HTTP 500', 'constrained')),
    failedCase('two', failing('HTTP 400', 'chat')),
    failedCase('three', {}),
    failedCase('four', {}),
  ]
  const checks = [
    check('x.a', failing('HTTP 500', 'constrained')),
    check('x.b', {}, { cases }),
    check('x.c', failing('HTTP 400', 'chat')),
  ]
  expect(found(...checks)).toEqual([
    ['a constrained request fails: HTTP 500', ['x.a', 'x.b']],
    ['a chat request fails: HTTP 400', ['x.b', 'x.c']],
    ['three: three broke; four: four broke', ['x.b']],
  ])
})

test('26 cases in two checks are one finding in two checks', () => {
  const cases = Array.from({ length: 13 }, (_, index) => ({
    ...{ name: `case ${index}`, outcome: 'failed' as const, reason: 'broke' },
    ...failing('HTTP 500', 'constrained'),
  }))
  expect(found(check('x.a', {}, { cases }), check('x.b', {}, { cases }))).toEqual([
    ['a constrained request fails: HTTP 500', ['x.a', 'x.b']],
  ])
})

test('a case that is waived is no part of a finding', () => {
  const cases = ['known', 'new'].map((name) => ({
    name,
    outcome: 'failed' as const,
    reason: name,
    cause: name,
  }))
  const waivers = [{ id: 'x.a', case: 'known', reason: 'r', until: '2999-12-31', by: 'me', evidence: 'e' }]
  const findings = findingsOf({ ...passing, waivers, checks: [check('x.a', {}, { cases })] })
  expect(findings).toEqual([{ outcome: 'failed', required: true, reason: 'new: new', checks: ['x.a'] }])
})

test('a cause of the whole check goes before those of its cases', () => {
  const cases = ['a', 'b'].map((name) => ({ name, outcome: 'failed' as const, reason: name, cause: name }))
  expect(found(check('x.a', { cause: 'wedged since x.a' }, { cases }))).toEqual([['x.a broke', ['x.a']]])
})
