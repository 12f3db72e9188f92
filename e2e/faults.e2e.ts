import { describe, expect, test } from 'vitest'
import { FAULTS } from '../src/simulator/index.ts'
import { HEALTHY } from '../testing/healthy.ts'
import { readVerdict, runCli } from '../testing/run-cli.ts'

/**
 * Whole commands, the simulator as a process of its own; which check catches each fault is what `prove` shows. `bytes`: what the
 * evidence must hold.
 */
const JUDGED = [
  { id: 'health-green-generate-error', dialect: 'ananke', bytes: "has no attribute 'llm'" },
  { id: 'health-green-generate-error', dialect: 'openai', bytes: "has no attribute 'llm'" },
  { id: 'reload-per-request', dialect: 'openai' },
  { id: 'constraint-flag-lies', dialect: 'ananke', bytes: 'constraint_satisfied' },
  { id: 'invalid-param-200', dialect: 'ananke', bytes: 'finish_reason' },
  { id: 'open-after-done', dialect: 'openai', bytes: '[DONE]' },
  { id: 'ready-race', dialect: 'openai' },
  { id: 'traceback-leak', dialect: 'openai', bytes: 'Traceback' },
  { id: 'required-tool-ignored', dialect: 'openai', bytes: 'tool_calls' },
] as const

// Most of a run against the simulator is waiting, so three of them wait together. A PASS is judged alone, and so is a reload:
// its time is a number of the simulator's, and a machine that starts three processes at once makes any start look slower.
for (const fault of JUDGED) {
  const judge = fault.id === 'reload-per-request' ? test : test.concurrent
  judge(`gate fails on ${fault.id} (${fault.dialect}) and names the cause`, async () => {
    const run = await runCli(['gate', '--fault', fault.id, '--dialect', fault.dialect], {
      env: { INFERGATE_COLD_STARTS: '1' },
    })
    expect(run.code, run.stderr).toBe(10)
    const verdict = readVerdict(run)
    expect(verdict.verdict).toBe('FAIL')
    const caughtBy = FAULTS.find(({ id }) => id === fault.id)?.caughtBy ?? {}
    const named = verdict.checks.filter(
      ({ id, outcome, reason = '' }) => outcome === 'failed' && caughtBy[id]?.test(reason),
    )
    expect(
      named.map(({ id }) => id),
      run.stderr,
    ).not.toEqual([])
    if ('bytes' in fault)
      expect(JSON.stringify(verdict.checks.map(({ evidence }) => evidence))).toContain(fault.bytes)
    if (fault.id === 'reload-per-request') expect(verdict.reasons.join('\n')).toMatch(/cold/i)
    if (fault.id === 'health-green-generate-error') {
      // Where nothing generates the verdict is there within a minute, and the rest says that it was not run.
      expect(run.tookMs).toBeLessThan(60_000)
      expect(verdict.checks.some(({ reason }) => /not run/.test(reason ?? ''))).toBe(true)
      expect(verdict.checks.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThan(1)
    }
  })
}

describe(HEALTHY, () => {
  test.each(['openai', 'ananke'])(
    'passes the gate on the %s wire, with evidence for each claim',
    async (dialect) => {
      const run = await runCli(['gate', '--target', 'simulator', '--dialect', dialect])
      expect(run.code, run.stderr).toBe(0)
      const verdict = readVerdict(run)
      expect(verdict).toMatchObject({ schemaVersion: 2, verdict: 'PASS', exitCode: 0, state: 'complete' })
      expect(
        verdict.checks.filter(({ outcome }) => outcome === 'failed' || outcome === 'inconclusive'),
      ).toEqual([])
      expect(verdict.checks.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(15)
      expect(verdict.measurements.map(({ name }) => name)).toContain('coldStartMs')
      expect(run.stderr.trimEnd().split('\n').at(-1)).toMatch(/^PASS\b.*exit 0/)
    },
  )
})
