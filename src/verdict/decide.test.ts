import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Boot, Check, Cut, Run, Sample } from '../records/index.ts'
import { decide } from './index.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)

/** The verdict of the passing run with some of it changed. */
const withRun = (changes: Partial<Run>) => decide({ ...passing, ...changes })
const withCheck = (id: string, changes: Partial<Check>) =>
  withRun({ checks: passing.checks.map((check) => (check.id === id ? { ...check, ...changes } : check)) })
const withSamples = (change: (sample: Sample) => Sample) =>
  decide({ ...passing, samples: passing.samples.map(change) })
const withCut = (kind: Cut['kind'], changes: Partial<Run> = {}) =>
  withRun({ state: 'interrupted', cut: { kind, reason: 'as it was.' }, ...changes })
const failing = { outcome: 'failed', reason: 'health says 200, generation fails' } as const
const failedCheck = passing.checks.map((check, i) => (i === 0 ? { ...check, ...failing } : check))
const word = ({ verdict, exitCode }: ReturnType<typeof decide>) => [verdict, exitCode]

test('a whole run with every promise kept is PASS, and says what was shown', () => {
  const verdict = decide(passing)
  expect(word(verdict)).toEqual(['PASS', 0])
  expect(verdict.state).toBe('complete')
  expect(verdict.reasons).toEqual([
    '3 starts of the service ended in a good generation.',
    '5 of 6 checks passed, 1 not applicable.',
    'The smallest violation rate that a check finds (95 %) is 2.95 %: structured-outputs.schema-holds, n = 100.',
    'cold-starts passed: 3 of at least 3 cold starts were timed.',
    'warm-to-cold passed: warm p50 is 92.5 ms (95 %: 88 ms to 97 ms), 9.07 % of the cold start of 1.02 s (at most 30 %), n = 20.',
    'warm-budget passed: warm p50 is 92.5 ms (95 %: 88 ms to 97 ms) with a budget of 500 ms, n = 20.',
    'warm-errors passed: 0 of 23 warm requests failed; a failure rate of 12.2 % would have shown (95 %).',
  ])
})

test('a broken required promise is FAIL and its reason stands first', () => {
  const verdict = withCheck('generation.answers', failing)
  expect(word(verdict)).toEqual(['FAIL', 10])
  expect(verdict.reasons[0]).toBe('generation.answers failed: health says 200, generation fails')
})

test('a core check that failed stands before another', () => {
  const both = ['errors.bad-parameter-refused', 'generation.answers']
  const checks = passing.checks.map((check) =>
    both.includes(check.id) ? { ...check, ...failing, reason: check.id } : check,
  )
  const starts = withRun({ checks }).reasons.map((reason) => reason.split(' ')[0])
  expect(starts.slice(0, 2)).toEqual(['generation.answers', 'errors.bad-parameter-refused'])
})

test('a broken promise that is not required leaves a PASS, which says so', () => {
  const verdict = withCheck('health.is-quick', failing)
  expect(word(verdict)).toEqual(['PASS', 0])
  expect(verdict.reasons.join()).toContain('1 failed that are not required (health.is-quick)')
})

test('a service that reloads on each request fails the cold/warm rule, though it keeps its budget', () => {
  const verdict = withSamples((one) => (one.warmth === 'warm' ? { ...one, e2eMs: 490 } : one))
  expect(word(verdict)).toEqual(['FAIL', 10])
  expect(verdict.reasons).toEqual([expect.stringMatching(/^warm-to-cold failed: warm p50 is 490 ms.*48 %/)])
})

test('a warm p50 over its budget fails, though it keeps the cold/warm rule', () => {
  const verdict = withRun({ policy: { ...passing.policy, warmE2eMsP50: 50 } })
  expect(word(verdict)).toEqual(['FAIL', 10])
  expect(verdict.reasons).toEqual([expect.stringContaining('warm-budget failed: warm p50 is 92.5 ms')])
})

test('one failed warm request fails, also in the warm-up', () => {
  for (const index of [-2, 5]) {
    const verdict = withSamples((one) =>
      one.warmth === 'warm' && one.index === index
        ? { ...one, outcome: 'timeout', message: 'after 30 s' }
        : one,
    )
    expect(verdict.verdict).toBe('FAIL')
    expect(verdict.reasons[0]).toBe(
      'warm-errors failed: 1 of 23 warm requests failed, first with timeout: after 30 s.',
    )
  }
})

test.each<[string, () => ReturnType<typeof decide>]>([
  ['no check ran', () => withRun({ checks: [] })],
  ['the list of promises is empty', () => decide({ ...passing, promises: [] })],
  ['neither list nor check exists', () => withRun({ checks: [], promises: [] })],
  ['one check is missing', () => withRun({ checks: passing.checks.slice(1) })],
  ['a check that is not required is missing', () => withRun({ checks: passing.checks.slice(0, -1) })],
  ['a check stands twice', () => withRun({ checks: [...passing.checks, ...passing.checks.slice(0, 1)] })],
  [
    'a promise stands twice',
    () => decide({ ...passing, promises: [...passing.promises, ...passing.promises] }),
  ],
  ['a check is not in the list', () => decide({ ...passing, promises: passing.promises.slice(1) })],
  ['a check says it is not required', () => withCheck('generation.answers', { required: false })],
  [
    'all checks are not applicable',
    () => withAllChecks({ outcome: 'not-applicable', reason: 'nothing fits' }),
  ],
  ['all checks are inconclusive', () => withAllChecks({ outcome: 'inconclusive', reason: 'no time' })],
  [
    'a core check is not applicable',
    () => withCheck('generation.answers', { outcome: 'not-applicable', reason: 'x' }),
  ],
  ['a check is not applicable without a reason', () => withCheck('streaming.equals-full', { reason: '' })],
  [
    'a required check is inconclusive',
    () => withCheck('generation.answers', { outcome: 'inconclusive', reason: 'x' }),
  ],
  [
    'a check passed on no samples',
    () => withCheck('generation.answers', { observed: { n: 0, findsRate: 1 } }),
  ],
  [
    'a check sampled NaN',
    () => withCheck('generation.answers', { observed: { n: Number.NaN, findsRate: 1 } }),
  ],
  ['a check took NaN', () => withCheck('generation.answers', { durationMs: Number.NaN })],
  ['there are no samples', () => decide({ ...passing, samples: [] })],
  ['there are no warm samples', () => decide({ ...passing, samples: passing.samples.slice(0, 3) })],
  ['there are no cold samples', () => decide({ ...passing, samples: passing.samples.slice(3) })],
  ['one warm sample is missing', () => decide({ ...passing, samples: passing.samples.slice(0, -1) })],
  ['one cold start is missing', () => decide({ ...passing, samples: passing.samples.slice(1) })],
  ['a sample is NaN', () => withSamples((one) => (one.index === 9 ? { ...one, e2eMs: Number.NaN } : one))],
  ['a sample is infinite', () => withSamples((one) => ({ ...one, ttftMs: Number.POSITIVE_INFINITY }))],
  ['a sample took no time', () => withSamples((one) => (one.index === 9 ? { ...one, e2eMs: 0 } : one))],
  ['a sample stands twice', () => decide({ ...passing, samples: [...passing.samples, ...passing.samples] })],
  ['a sample is of an unknown start', () => withSamples((one) => ({ ...one, boot: one.boot + 1 }))],
  ['no start is on record', () => withRun({ boots: [] })],
  ['our own error ended it', () => withRun({ error: { code: 'store-unusable', message: 'disk full' } })],
  ['the time was spent', () => withCut('time-spent')],
  ['it was interrupted', () => withCut('interrupted')],
  ['it was terminated', () => withCut('terminated')],
  ['a reachable URL was lost', () => withCut('target-lost', { target: { kind: 'url', dialect: 'openai' } })],
])('when %s the verdict is INCONCLUSIVE', (_, judged) => {
  const verdict = judged()
  expect(verdict.verdict).toBe('INCONCLUSIVE')
  expect(verdict.exitCode).not.toBe(0)
  expect(verdict.reasons.length).toBeGreaterThan(0)
})

const withAllChecks = (changes: Partial<Check>) =>
  withRun({ checks: passing.checks.map((check) => ({ ...check, ...changes })) })

test.each<[Cut['kind'], string, number]>([
  ['target-lost', 'FAIL', 10],
  ['time-spent', 'INCONCLUSIVE', 20],
  ['interrupted', 'INCONCLUSIVE', 130],
  ['terminated', 'INCONCLUSIVE', 143],
])('a run cut as %s is %s with exit %i, interrupted, and says why', (kind, expected, exitCode) => {
  const verdict = withCut(kind)
  expect(word(verdict)).toEqual([expected, exitCode])
  expect(verdict.state).toBe('interrupted')
  expect(verdict.reasons[0]).toContain('as it was.')
})

test('what was found before a cut stays FAIL; a signal keeps its exit code', () => {
  expect(word(withCut('time-spent', { checks: failedCheck }))).toEqual(['FAIL', 10])
  expect(word(withCut('interrupted', { checks: failedCheck }))).toEqual(['FAIL', 130])
  expect(word(withCut('terminated', { checks: failedCheck }))).toEqual(['FAIL', 143])
})

test('an error of ours is exit 30, unless a broken promise was found before it', () => {
  const error = { code: 'target-unreachable', message: 'nothing listens' }
  expect(word(withRun({ error }))).toEqual(['INCONCLUSIVE', 30])
  expect(word(withRun({ error, checks: [], boots: [], samples: [] }))).toEqual(['INCONCLUSIVE', 30])
  expect(withRun({ error }).reasons[0]).toBe('Could not measure (target-unreachable): nothing listens')
  expect(word(withRun({ error, checks: failedCheck }))).toEqual(['FAIL', 10])
  expect(word(withRun({ error: { ...error, code: 'interrupted' } }))).toEqual(['INCONCLUSIVE', 130])
})

test('a start that never generated is FAIL', () => {
  const broken = (boot: Boot): Boot => ({ ...boot, outcome: 'not-generating', reason: "no attribute 'llm'" })
  const boots = passing.boots.map((boot, i) => (i === 1 ? broken(boot) : boot))
  const verdict = withRun({ boots })
  expect(word(verdict)).toEqual(['FAIL', 10])
  expect(verdict.reasons[0]).toContain(
    "Start 2 of the service never gave a good generation: no attribute 'llm'",
  )
})

test('a gate of a selection is INCONCLUSIVE and names what was not asked for', () => {
  const verdict = withRun({ selection: { suites: ['health'] } })
  expect(word(verdict)).toEqual(['INCONCLUSIVE', 20])
  expect(verdict.reasons.join()).toContain('generation.answers')
  const everything = { suites: ['health', 'generation', 'errors', 'streaming', 'structured-outputs'] }
  expect(withRun({ selection: everything }).verdict).toBe('INCONCLUSIVE')
})

test('a check of a selection can pass and says what was selected', () => {
  const checks = passing.checks.filter(({ suite }) => suite === 'errors')
  const verdict = withRun({ command: 'check', selection: { suites: ['errors'] }, checks, samples: [] })
  expect(word(verdict)).toEqual(['PASS', 0])
  expect(verdict.reasons).toContain('Only a selection was checked, suites errors: 1 check of 6.')
  expect(verdict.comparisons).toEqual([])
})

test('a check of a selection that matches nothing, or only what is not required, is INCONCLUSIVE', () => {
  for (const selection of [
    { suites: ['helth'] },
    { tags: ['none'] },
    { suites: ['health'], tags: ['stream'] },
  ])
    expect(withRun({ command: 'check', selection }).verdict).toBe('INCONCLUSIVE')
  const optional = passing.promises.map((promise) => ({ ...promise, required: false }))
  const checks = passing.checks.map((check) => ({ ...check, required: false }))
  expect(withRun({ command: 'check', checks, promises: optional }).verdict).toBe('INCONCLUSIVE')
})

test('a benchmark asks for no promises, but one that it saw fail counts', () => {
  const bench = { command: 'bench', checks: [] } as const
  expect(word(withRun({ ...bench, promises: [] }))).toEqual(['PASS', 0])
  expect(withRun({ ...bench, samples: [] }).verdict).toBe('INCONCLUSIVE')
  expect(withRun({ ...bench, checks: failedCheck }).verdict).toBe('FAIL')
})

test('a service that already ran passes without a cold start, with that as the reason', () => {
  const boots: readonly Boot[] = [{ index: 2, origin: 'found', outcome: 'generating', attempts: [] }]
  const samples = passing.samples.filter(({ warmth }) => warmth === 'warm')
  const verdict = withRun({ boots, target: { kind: 'url', dialect: 'openai' }, samples })
  expect(word(verdict)).toEqual(['PASS', 0])
  const [starts, ratio] = verdict.comparisons
  for (const comparison of [starts, ratio])
    expect(comparison).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringContaining('not started here'),
    })
})

test('a run that was killed is no PASS, whatever it had shown, and keeps what it had found', () => {
  const killed = withRun({ state: 'killed' })
  expect(word(killed)).toEqual(['INCONCLUSIVE', 20])
  expect(killed).toMatchObject({
    state: 'killed',
    reasons: ['The run has no end on record: it was killed, or it has not ended yet.'],
  })
  expect(word(withRun({ state: 'killed', checks: failedCheck }))).toEqual(['FAIL', 10])
})

test('a complete run whose evidence cannot be used is invalid: exit 20, and the reason names it', () => {
  const invalid = withSamples((one) => (one.index === 9 ? { ...one, e2eMs: Number.NaN } : one))
  expect(word(invalid)).toEqual(['INCONCLUSIVE', 20])
  expect(invalid.state).toBe('invalid')
  expect(invalid.reasons[0]).toContain('prove nothing')
  expect(withCheck('generation.answers', { durationMs: Number.NaN }).state).toBe('invalid')
  expect(withRun({ checks: [] }).state).toBe('complete')
})

test('a number of the run itself that is no number is a bug of ours and throws', () => {
  expect(() => withRun({ durationMs: Number.NaN })).toThrow('no number')
  expect(() => withRun({ policy: { ...passing.policy, warmToColdRatio: Number.NaN } })).toThrow('no number')
  expect(() => withRun({ policy: { ...passing.policy, warmE2eMsP50: Number.POSITIVE_INFINITY } })).toThrow()
})
