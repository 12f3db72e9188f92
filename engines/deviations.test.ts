import { expect, test } from 'vitest'
import { deviationsOf, unrepeated } from './deviations.ts'
import type { Expected, Row } from './row.ts'

const row = (expected: Expected): Row => ({
  ...{ id: 'closed', title: 'a service', expected },
  start: () => Promise.reject(new Error('Nothing is started here.')),
})
const ended = (code: number, stderr = '') => ({ run: { code, stderr } })

test('what was expected has no deviation, and another exit is one', () => {
  expect(deviationsOf(row({ verdict: 'PASS' }), ended(0))).toEqual([])
  expect(deviationsOf(row({ verdict: 'PASS' }), ended(20))).toEqual(['exit 20, not 0'])
})

test('what is broken has to be named, by the verdict or by the message of a run that could not be', () => {
  const closed = row({ verdict: 'could not run', names: /set INFERGATE_API_KEY/ })
  expect(deviationsOf(closed, ended(30, 'Give the credentials: set INFERGATE_API_KEY.'))).toEqual([])
  const lost = row({ verdict: 'FAIL', names: /chat route/ })
  const verdict = { reasons: ['something else'] }
  // What a log line says is not what the verdict names.
  expect(deviationsOf(lost, { ...ended(10, 'the chat route'), verdict })).toEqual([
    'nothing names /chat route/',
  ])
})

test('a waiver that nothing needs is a deviation', () => {
  const waiver = { id: 'errors.says-why', reason: 'known', until: '2099-12-31' }
  const verdict = { reasons: [], waivers: [{ ...waiver, state: 'unneeded' as const }] }
  expect(deviationsOf(row({ verdict: 'PASS' }), { ...ended(0), verdict })).toEqual([
    'the waiver of errors.says-why is unneeded',
  ])
})

test('a finding whose curl does not show it is a deviation', () => {
  const finding = { ids: ['errors.says-why'], says: 'it says nothing', curl: 'echo "asked $URL"' }
  expect(unrepeated({ ...finding, shows: /^asked http:\/\/here/ }, 'http://here')).toEqual([])
  expect(unrepeated({ ...finding, shows: /never printed/ }, 'http://here')).toEqual([
    'the curl of errors.says-why printed asked http://here\n',
  ])
})
