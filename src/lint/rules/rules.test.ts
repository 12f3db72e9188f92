import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lintText } from '../lint-text.ts'
import { RULES } from './index.ts'

const rulesOf = (text: string): readonly string[] => {
  const linted = lintText('app.py', text)
  if (!('findings' in linted)) throw new Error(linted.reason)
  return linted.findings.map(({ rule }) => rule)
}

const fixture = (name: string) =>
  rulesOf(readFileSync(join(import.meta.dirname, '../../../fixtures/lint', name), 'utf8'))

test.each(RULES.map((rule) => [rule.id, rule] as const))(
  '%s finds its bad example and is silent on its good one, and no other rule speaks on the good one',
  (id, { example }) => {
    expect(rulesOf(example.bad)).toContain(id)
    expect(rulesOf(example.good)).toEqual([])
  },
)

test('before.py: the class is called without .remote(), on a front with a GPU, behind an exception that becomes 200', () => {
  expect(fixture('before.py')).toEqual([
    'constant-health',
    'gpu-on-forwarder',
    'class-called-without-remote',
    'exception-as-200',
  ])
})

test('reload.py: the engine is built per request and the generation stands twice', () => {
  expect(fixture('reload.py')).toEqual([
    'engine-built-per-request',
    'constant-health',
    'duplicate-generation-logic',
    'swallowed-constraint-error',
    'exception-as-200',
  ])
})

test('after.py: nothing', () => {
  expect(fixture('after.py')).toEqual([])
})
