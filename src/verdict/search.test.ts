import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { LoadSearch, Policy, Run, SearchStep } from '../records/index.ts'
import { verdictOf } from './index.ts'
import { judgeStep } from './step.ts'
import { LOAD, steadySample, steadySamples } from './testing/load-samples.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures', name), 'utf8'))
const passing: Run = fixture('verdict/passing.json')
const validate = new Ajv2020().compile(fixture('schemas/verdict.schema.json'))

const policy = (limits: Policy['limits'] = {}): Policy => ({ ...passing.policy, limits })
const judged = (samples: Run['samples'], limits?: Policy['limits'], saturated?: string) =>
  judgeStep({ samples, load: LOAD, policy: policy(limits), saturated })

test('a step holds where every limit is shown to be kept, and gives its figures', () => {
  const { outcome, reason, figures } = judged(steadySamples(400), { 'steady.ttftMsP99': { max: 100 } })
  expect([outcome, figures['ttftMsP99'], figures['requestsPerSecond']]).toEqual([
    'held',
    50,
    expect.closeTo(20, 0),
  ])
  expect(reason).toContain('steady.ttftMsP99: 50 ms')
})

test('a step is broken by a limit, an error, a request turned away, or a target that falls behind', () => {
  const late = steadySamples(400, (index) => (index % 10 === 0 ? { ttftMs: 900 } : {}))
  expect(judged(late, { 'steady.ttftMsP99': { max: 500 } })).toMatchObject({
    ...{ outcome: 'broken', limit: 'steady.ttftMsP99', reason: expect.stringContaining('limit 500 ms') },
  })
  const failed = [
    steadySample(0, { outcome: 'timeout', message: 'no answer' }),
    ...steadySamples(30).slice(1),
  ]
  expect(judged(failed)).toMatchObject({
    limit: 'errors',
    reason: '1 of 30 requests under load failed, first with timeout: no answer',
  })
  const away = [
    steadySample(0, { outcome: 'http-status', turnedAway: { retryAfterMs: 1_000 } }),
    ...steadySamples(30).slice(1),
  ]
  expect(judged(away)).toMatchObject({ limit: 'turned-away', reason: '1 of 30 requests were turned away' })
  expect(judged(steadySamples(30), {}, '20 due, 11 answered')).toMatchObject({ limit: 'saturated' })
})

test('too few answers for a tail leave a step unknown, unless more are beyond the limit than chance puts there', () => {
  const limits = { 'steady.ttftMsP99': { max: 100 } }
  expect(judged(steadySamples(40), limits)).toMatchObject({ outcome: 'unknown', leansToHeld: true })
  const slow = steadySamples(40, (index) => (index < 5 ? { ttftMs: 200 } : {}))
  expect(judged(slow, limits)).toMatchObject({
    ...{ outcome: 'broken', limit: 'steady.ttftMsP99' },
    reason: 'steady.ttftMsP99: 5 of 40 answers are beyond 100 ms, more than chance puts there',
  })
  // A median whose interval holds the limit is not known to be beyond it, whatever its answers are taken as independent.
  const near = steadySamples(40, (index) => ({ ttftMs: index % 20 < 13 ? 120 + index : 60 }))
  expect(judged(near, { 'steady.ttftMsP50': { max: 100 } }).outcome).toBe('unknown')
})

const step = (level: number, outcome: SearchStep['outcome']): SearchStep => ({
  ...{ level, outcome, scenario: `step-${level}`, reason: `seen at ${level}`, figures: { ttftMsP99: 50 } },
})
const found = (level: number) => ({
  level,
  scenario: `step-${level}`,
  agreed: 2,
  steps: 2,
  reason: `seen at ${level}`,
})
const samplesAt = (level: number, ttftMs: number) => {
  const boot = passing.boots[0]?.index ?? 0
  return steadySamples(400, () => ({ scenario: `step-${level}`, boot, ttftMs }))
}

function searched(search: Omit<LoadSearch, 'kind' | 'of'>): Run {
  return {
    ...passing,
    ...{ command: 'bench', checks: [], policy: policy({ 'steady.ttftMsP99': { max: 100 } }) },
    samples: [...passing.samples, ...samplesAt(1, 50), ...samplesAt(2, 900)],
    loads: [1, 2].map((level) => ({ ...LOAD, scenario: `step-${level}` })),
    search: { kind: 'search', of: 'rate', ...search },
  }
}

test('a load beyond what the service can do is no finding, and what is measured is the level that held', () => {
  const steps = [step(1, 'held'), step(2, 'broken')]
  const verdict = verdictOf(
    searched({ steps, held: found(1), broken: found(2), end: { by: 'resolved', reason: 'done' } }),
  )
  expect([verdict.verdict, verdict.exitCode]).toEqual(['PASS', 0])
  const value = (name: string) => verdict.measurements.find((one) => one.name === name)?.value
  expect([value('maxRate'), value('ttftMsP99')]).toEqual([1, 50])
  expect(verdict.reasons.join(' ')).toContain(
    '1 requests/s holds (2 of 2 steps): seen at 1; 2 does not hold: seen at 2',
  )
  expect(validate(JSON.parse(JSON.stringify(verdict)))).toBe(true)
})

test('a search in which not even the lowest level holds fails with the limit and its figure', () => {
  const steps = [step(1, 'broken'), step(1, 'broken')]
  const broken = { ...found(1), reason: 'ttftMsP99: 812 ms, limit 500 ms' }
  const verdict = verdictOf(searched({ steps, broken, end: { by: 'never-held', reason: 'lowest' } }))
  expect([verdict.verdict, verdict.exitCode]).toEqual(['FAIL', 10])
  expect(verdict.reasons[0]).toContain(
    'it does not even hold at 1 requests/s: ttftMsP99: 812 ms, limit 500 ms',
  )
  expect(verdict.unmeasured.find(({ name }) => name === 'maxRate')?.reason).toBe('no level is known to hold')
})

test('a search that was killed on the way says nothing of its steps', () => {
  const { search: _, ...run } = searched({ steps: [], end: { by: 'stopped', reason: '' } })
  const verdict = verdictOf({ ...run, state: 'killed' })
  expect(verdict.verdict).toBe('INCONCLUSIVE')
  expect(verdict.measurements.filter(({ warmth }) => warmth === 'steady')).toEqual([])
})
