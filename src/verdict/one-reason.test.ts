import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Boot, Cut, Run } from '../records/index.ts'
import { decide } from './index.ts'

/** One thing that went wrong is one reason, whatever follows from it. */

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)
const withRun = (changes: Partial<Run>) => decide({ ...passing, ...changes })
const withCut = (kind: Cut['kind'], changes: Partial<Run> = {}) =>
  withRun({ state: 'interrupted', cut: { kind, reason: 'as it was.' }, ...changes })
const failing = { outcome: 'failed' } as const

test('what stopped a run is its one reason: what was not seen after it is none', () => {
  const error = { code: 'target-unreachable', message: 'nothing listens' }
  const nothing = { checks: [], boots: [], samples: [] }
  expect(withRun({ ...nothing, state: 'interrupted', error }).reasons).toEqual([
    'Could not measure (target-unreachable): nothing listens',
  ])
  expect(withCut('interrupted', nothing).reasons).toEqual(['The run was interrupted: as it was.'])
  // Spent time is not alike: each thing that it left out is worth a line.
  expect(withCut('time-spent', nothing).reasons.length).toBeGreaterThan(3)
})

test('promises that one cause broke are one reason, which names them all', () => {
  const checks = passing.checks.map((check, i) =>
    i < 3
      ? { ...check, ...failing, reason: `${i}: no route`, cause: 'no route', causeIn: ['chat'] as const }
      : check,
  )
  expect(withRun({ checks }).reasons.slice(0, 1)).toEqual([
    '1 finding in 3 checks: a chat request fails: no route (health.agrees-with-generation, generation.answers, errors.bad-parameter-refused)',
  ])
})

test('reasons that many checks share are one sentence', () => {
  const verdict = withRun({ checks: [] })
  expect(verdict.reasons).toHaveLength(2)
  expect(verdict.reasons[0]).toMatch(
    /^6 checks are not run \(health.agrees-with-generation, .* and 1 more\)\.$/,
  )
})

test('a service that never generated leaves nothing to time, which is one reason', () => {
  const boots: readonly Boot[] = [
    { index: 0, origin: 'started', outcome: 'not-generating', attempts: [], reason: 'no weights' },
  ]
  const { reasons, comparisons } = withRun({ command: 'bench', boots, samples: [], checks: [] })
  expect(reasons).toEqual([
    'The service does not generate: no weights',
    'cold-starts, warm-to-cold, warm-budget, warm-errors are inconclusive: nothing was timed, no start of the service generated.',
  ])
  expect(new Set(comparisons.map(({ reason }) => reason)).size).toBe(1)
})
