import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Run, ServiceProfile } from '../records/index.ts'
import { decide } from './index.ts'

const passing: Run = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/verdict/passing.json'), 'utf8'),
)
const CHAT_GONE = 'POST /v1/chat/completions is HTTP 404'
const profile: ServiceProfile = {
  ...{ engine: 'unknown', capabilities: ['stream'] },
  missing: { chat: CHAT_GONE, regex: 'its spelling is unknown', choice: 'its spelling is unknown' },
  absentRoutes: { chat: CHAT_GONE },
}
const failures = (changes: Partial<Run>) =>
  decide({ ...passing, profile, ...changes }).comparisons.filter(({ outcome }) => outcome === 'failed')

test('a whole gate over a service that lacks what is expected is FAIL', () => {
  const { verdict, exitCode, reasons } = decide({ ...passing, profile, expects: { routes: ['chat'] } })
  expect([verdict, exitCode, reasons.length]).toEqual(['FAIL', 10, 1])
  expect(reasons[0]).toContain(CHAT_GONE)
})

test('what is missing for one reason is said once, and chat as a route alone', () => {
  const found = failures({
    expects: { routes: ['chat'], capabilities: ['chat', 'regex', 'choice', 'stream'] },
  })
  expect(found.map(({ id }) => id)).toEqual(['expected-routes', 'expected-capabilities'])
  expect(found[1]?.reason).toBe('missing: regex, choice (its spelling is unknown)')
  // Without a word about routes chat is a capability like another.
  expect(failures({ expects: { capabilities: ['chat'] } })[0]?.reason).toBe(`missing: chat (${CHAT_GONE})`)
})

test('what the last accepted run had is held against the profile, with what would allow it', () => {
  const accepted = { runId: 'run-0', startedAt: '2026-01-01T00:00:00.000Z', routes: [] }
  const [lost] = failures({ expects: { accepted: { ...accepted, capabilities: ['stream', 'regex'] } } })
  expect(lost).toMatchObject({
    id: 'accepted-before',
    reason: expect.stringContaining('run-0 of 2026-01-01'),
  })
  expect(lost?.reason).toContain("set `expects: { capabilities: ['stream'] }` in the target")
  expect(failures({ expects: { accepted: { ...accepted, capabilities: ['stream'] } } })).toEqual([])
})

test('a benchmark checks no promise; what was expected and never looked at is no PASS', () => {
  const found = { expects: { routes: ['chat'] } } as const
  expect(failures({ ...found, command: 'bench' })).toEqual([])
  expect(failures({})).toEqual([])
  const { profile: _, ...unprofiled } = { ...passing, ...found }
  expect(decide(unprofiled).verdict).toBe('INCONCLUSIVE')
})
