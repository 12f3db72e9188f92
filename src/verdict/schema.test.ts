import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { Run, Verdict } from '../records/index.ts'
import { verdictOf } from './index.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures', name), 'utf8'))
const validate = new Ajv2020().compile(fixture('schemas/verdict.schema.json'))
const passing: Run = fixture('verdict/passing.json')

/** The verdict as another tool reads it: written to JSON and back. */
const written = (run: Run): Verdict => JSON.parse(JSON.stringify(verdictOf(run)))
const errorsOf = (verdict: unknown) => (validate(verdict) ? [] : validate.errors)

const broken = passing.checks.map((check, i) =>
  i === 1 ? { ...check, outcome: 'failed', reason: 'no' } : check,
)
const found = [{ index: 2, origin: 'found', outcome: 'generating', attempts: [] }]
const cases: readonly [string, object, readonly [string, number]][] = [
  ['passed', {}, ['PASS', 0]],
  ['failed', { checks: broken }, ['FAIL', 10]],
  [
    'failed as it is known to',
    {
      checks: broken.map((check, i) =>
        i === 1 ? { ...check, cases: [{ name: 'a', outcome: 'failed', reason: 'no' }] } : check,
      ),
      waivers: [{ id: broken[1]?.id, reason: 'known', until: '2999-12-31', by: 'me', evidence: 'run-1' }],
    },
    ['PASS', 0],
  ],
  [
    'was interrupted',
    { state: 'interrupted', cut: { kind: 'interrupted', reason: 'Ctrl-C.' }, checks: [] },
    ['INCONCLUSIVE', 130],
  ],
  [
    'was terminated after a finding',
    { cut: { kind: 'terminated', reason: 'x' }, checks: broken },
    ['FAIL', 143],
  ],
  [
    'could not run',
    { error: { code: 'port-taken', message: 'x' }, boots: [], checks: [] },
    ['INCONCLUSIVE', 30],
  ],
  ['was misused', { error: { code: 'usage', message: 'x' }, boots: [], checks: [] }, ['INCONCLUSIVE', 2]],
  ['benchmarked a URL', { command: 'bench', boots: found, checks: [] }, ['INCONCLUSIVE', 20]],
]

test.each(cases)('the verdict of a run that %s keeps the published schema', (_, changes, expected) => {
  const verdict = written({ ...passing, ...changes })
  expect([verdict.verdict, verdict.exitCode]).toEqual(expected)
  expect(errorsOf(verdict)).toEqual([])
})

test('the verdict of a run without samples keeps the published schema', () => {
  const verdict = written({ ...passing, samples: [] })
  expect(verdict.unmeasured.length).toBeGreaterThan(5)
  expect(errorsOf(verdict)).toEqual([])
})

test('the verdict of a run that more starts and more answers would settle keeps the published schema', () => {
  const verdict = written({ ...passing, samples: passing.samples.slice(1, -1) })
  expect(verdict.settledBy).toContain('INFERGATE_COLD_STARTS=3 INFERGATE_WARM_REQUESTS=20')
  expect(errorsOf(verdict)).toEqual([])
})

test('the schema refuses what no verdict may be', () => {
  const good = written(passing)
  const [first] = good.checks
  const wrong: readonly object[] = [
    { ...good, exitCode: 10 },
    { ...good, state: 'killed' },
    { ...good, verdict: 'INCONCLUSIVE' },
    { ...good, verdict: 'FAIL', exitCode: 20 },
    { ...good, verdict: 'MAYBE' },
    { ...good, reasons: [] },
    { ...good, extra: 1 },
    { ...good, durationMs: null },
    { ...good, checks: [{ ...first, outcome: 'failed' }] },
    { ...good, checks: [{ ...first, secret: 'x' }] },
    { ...good, measurements: [{ ...good.measurements[0], value: null }] },
    { ...good, target: { ...good.target, headers: {} } },
    ...Object.keys(good).map((key) =>
      Object.fromEntries(Object.entries(good).filter(([name]) => name !== key)),
    ),
  ]
  expect(wrong.filter((verdict) => errorsOf(verdict)?.length === 0)).toEqual([])
})
