import { describe, expect, test } from 'vitest'
import { HEALTHY } from '../testing/healthy.ts'
import { readVerdict, runCli } from '../testing/run-cli.ts'

/** Each fault, the wire it lives on, the check that must name its cause, and bytes that the evidence must hold. */
const FAULTS = [
  {
    id: 'health-green-generate-error',
    dialect: 'ananke',
    check: /^(health|generation)\./,
    bytes: "has no attribute 'llm'",
  },
  {
    id: 'health-green-generate-error',
    dialect: 'openai',
    check: /^(health|generation)\./,
    bytes: "has no attribute 'llm'",
  },
  { id: 'reload-per-request', dialect: 'openai', check: /^lifecycle\./ },
  { id: 'reload-per-request', dialect: 'ananke', check: /^lifecycle\./ },
  { id: 'constraint-not-enforced', dialect: 'openai', check: /^structured-outputs\./ },
  { id: 'constraint-not-enforced', dialect: 'ananke', check: /^structured-outputs\./ },
  {
    id: 'constraint-flag-lies',
    dialect: 'ananke',
    check: /^structured-outputs\./,
    bytes: 'constraint_satisfied',
  },
  { id: 'constraint-flag-lies', dialect: 'openai', check: /^(structured-outputs|errors)\./ },
  { id: 'invalid-param-200', dialect: 'ananke', check: /^errors\./, bytes: 'finish_reason' },
  { id: 'invalid-param-200', dialect: 'openai', check: /^errors\./ },
  { id: 'no-finish-no-done', dialect: 'openai', check: /^streaming\./, bytes: 'data:' },
  { id: 'usage-zero', dialect: 'openai', check: /usage|tokens/, bytes: 'prompt_tokens' },
  { id: 'total-not-sum', dialect: 'openai', check: /usage|total/, bytes: 'total_tokens' },
  { id: 'cross-request-leak', dialect: 'openai', check: /apart/ },
  { id: 'ready-race', dialect: 'openai', check: /^(health|lifecycle)\./ },
  { id: 'too-long-500', dialect: 'openai', check: /^errors\./, bytes: '500' },
  { id: 'traceback-leak', dialect: 'openai', check: /^errors\./, bytes: 'Traceback' },
] as const

// Most of a run against the simulator is waiting, so three of them wait together. A PASS is judged alone, and so is a reload:
// its time is a number of the simulator's, and a machine that starts three processes at once makes any start look slower.
for (const fault of FAULTS) {
  const judge = fault.id === 'reload-per-request' ? test : test.concurrent
  judge(`gate fails on ${fault.id} (${fault.dialect}) and names the cause`, async () => {
    const run = await runCli(['gate', '--fault', fault.id, '--dialect', fault.dialect], {
      env: { INFERGATE_COLD_STARTS: '1' },
    })
    expect(run.code, run.stderr).toBe(10)
    const verdict = readVerdict(run)
    expect(verdict.verdict).toBe('FAIL')
    const named = verdict.checks.filter(({ id, outcome }) => outcome === 'failed' && fault.check.test(id))
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
