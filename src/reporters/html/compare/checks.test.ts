import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Check, Compared, Run } from '../../../records/index.ts'
import { textOf } from '../kit/index.ts'
import { changedChecks, changedInShort } from './checks.ts'
import type { CompareView } from './view.ts'

const { run } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/reports/fail.json', import.meta.url), 'utf8'),
) as { run: Run }

const check = (id: string, outcome: Check['outcome'], reason?: string): Check => ({
  ...{ id, suite: 'health', says: `${id} is kept`, outcome, required: true, durationMs: 1 },
  ...(reason !== undefined && { reason }),
})
const viewOf = (before: readonly Check[], after: readonly Check[]): CompareView => ({
  compared: {} as Compared,
  baseline: { starts: [], run: { ...run, checks: before } },
  candidate: { starts: [], run: { ...run, checks: after } },
  differences: [],
})

test('checks that changed are listed, failures first, with the reason of the run that did not pass', () => {
  const text = textOf(
    changedChecks(
      viewOf(
        [check('a.mended', 'failed', 'was <broken>'), check('a.broken', 'passed'), check('a.same', 'passed')],
        [
          check('a.mended', 'passed'),
          check('a.broken', 'failed', 'no answer'),
          check('a.same', 'passed'),
          check('a.new', 'passed'),
        ],
      ),
    ),
  )
  expect(text).toContain('3 checks changed; 1 had the same outcome')
  expect([...text.matchAll(/<code>(.*?)<\/code>/g)].map(([, id]) => id)).toEqual([
    'a.broken',
    'a.mended',
    'a.new',
  ])
  expect(text).toContain('before: was &lt;broken&gt;')
  expect(text).toMatch(/a\.new.*not asked/)
})

test('equal outcomes and runs without checks are said', () => {
  expect(textOf(changedChecks(viewOf([check('a.b', 'passed')], [check('a.b', 'passed')])))).toContain(
    'each of 1 check ',
  )
  expect(textOf(changedChecks(viewOf([], [])))).toContain('Neither run asked a check.')
})

test('in short: how many changed and how many of them fail now; nothing where none did', () => {
  const view = viewOf(
    [check('a.b', 'passed'), check('a.c', 'failed', 'x')],
    [check('a.b', 'failed', 'y'), check('a.c', 'passed')],
  )
  expect(changedInShort(view)).toMatch(/^2 checks with another outcome, 1 of them failed in the candidate/)
  expect(changedInShort(viewOf([], []))).toBeUndefined()
})
