import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Cut, Run } from '../records/index.ts'
import { decide } from './index.ts'
import { LOAD, steadySamples } from './testing/load-samples.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)
const fingerprint = { targetName: 'staging', model: 'm' } as NonNullable<Run['fingerprint']>
const settledBy = (changes: Partial<Run>) => decide({ ...passing, fingerprint, ...changes }).settledBy
const cut = (kind: Cut['kind']) => ({ state: 'interrupted', cut: { kind, reason: 'x.' } }) as const
const checks = (reason: string) =>
  passing.checks.map((one, i) => (i === 0 ? { ...one, outcome: 'inconclusive' as const, reason } : one))

test.each<[string, Partial<Run>, string]>([
  [
    'too few cold starts and too few warm answers',
    { samples: passing.samples.slice(1, -1) },
    'INFERGATE_COLD_STARTS=3 INFERGATE_WARM_REQUESTS=20 infergate gate --target staging',
  ],
  ['spent time', cut('time-spent'), 'infergate gate --target staging --max-seconds 60'],
  [
    'a check that the budget left out',
    { checks: checks('not run, the time budget (--max-seconds) was spent'), durationMs: 290_000 },
    'infergate gate --target staging --max-seconds 600',
  ],
  ['a check that ran and could not tell', { checks: checks('x') }, 'infergate gate --target staging'],
  ['an interrupt', { ...cut('interrupted'), samples: [] }, 'infergate gate --target staging'],
  ['a kill', { state: 'killed', samples: [] }, 'infergate gate --target staging'],
  ['a gate of a selection', { selection: { suites: ['health'] } }, 'infergate gate --target staging'],
  [
    'a check of a selection',
    { command: 'check', checks: [], selection: { suites: ['health'], tags: ["a'b"] } },
    "infergate check --target staging --suite health --tag 'a'\\''b'",
  ],
  [
    'a service that flags alone named',
    {
      ...cut('target-lost'),
      target: { kind: 'url', dialect: 'ananke', url: 'http://h:1' },
      fingerprint: { ...fingerprint, targetName: 'url' },
    },
    'infergate gate --url http://h:1 --dialect ananke',
  ],
])('%s is settled by a command that can be pasted', (_, changes, command) => {
  expect(settledBy(changes)).toBe(command)
})

test('a limit inside the interval is settled by as many answers as its reason says', () => {
  const { settledBy: command, reasons } = decide({
    ...{ ...passing, fingerprint, policy: { ...passing.policy, warmE2eMsP50: 93 } },
  })
  expect(reasons.join()).toContain('INFERGATE_WARM_REQUESTS=80')
  expect(command).toBe('INFERGATE_WARM_REQUESTS=80 infergate gate --target staging')
})

test('what a deploy left open is settled by the deploy: its version may be gone by then', () => {
  const deploys = { targetName: 'staging', release: 'v 8' }
  expect(settledBy({ checks: checks('x'), deploys })).toBe(
    "infergate deploy --target staging --release 'v 8'",
  )
})

test('nothing is to be settled of a PASS, a FAIL or a wrong usage', () => {
  expect(settledBy({})).toBeUndefined()
  expect(settledBy({ policy: { ...passing.policy, warmE2eMsP50: 50 } })).toBeUndefined()
  expect(settledBy({ error: { code: 'usage', message: 'x' } })).toBeUndefined()
})

test('of a load no command would measure the same again, so none is given', () => {
  const samples = [...passing.samples.slice(1, -1), ...steadySamples(9)]
  expect(settledBy({ command: 'bench', checks: [], samples, loads: [LOAD] })).toBeUndefined()
})

test('a night is settled by another night, and what moved by measuring it again', () => {
  const few = { samples: passing.samples.slice(1, -1) }
  expect(settledBy({ ...few, command: 'bench', night: {} })).toMatch(/ infergate nightly --target staging$/)
  const confirms = { targetName: 'staging', metric: 'ttftMsP50', since: '' }
  expect(settledBy({ ...few, command: 'bench', confirms })).toBe(
    'infergate trend confirm --target staging --metric ttftMsP50',
  )
})

test('what was stopped is run again as it was typed, with its load', () => {
  const typed = ['infergate', 'bench', '--url', 'http://h', '--rate', '5']
  for (const code of ['interrupted', 'terminated'] as const)
    expect(settledBy({ command: 'bench', typed, error: { code, message: 'x' } })).toBe(typed.join(' '))
})
