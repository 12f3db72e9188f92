import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Check, RunEvent } from '../../records/index.ts'

export function reportsFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'infergate-view-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

type Kept = {
  readonly name: string
  readonly startedAt?: string
  readonly target?: string
  /** Absent: the run has no end. */
  readonly word?: 'PASS' | 'FAIL'
  readonly warmMs?: number
  readonly reason?: string
  readonly events?: readonly RunEvent[]
  readonly isOld?: true
}

/** The folder of a run with the events that matter to who looks at it. */
export function keepRun(root: string, run: Kept): string {
  const { name, word, startedAt = '2026-11-01T10:00:00.000Z', target = 'staging', events = [] } = run
  const folder = join(root, name)
  mkdirSync(folder)
  const lines = [
    { kind: 'started', ...started(name, startedAt, target) },
    ...events,
    ...(word ? [{ kind: 'ended', atMs: 5_000, decision: decision(word, run) }] : []),
  ]
  writeFileSync(join(folder, 'journal.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  writeFileSync(join(folder, 'samples.jsonl'), '')
  if (run.isOld)
    for (const file of ['journal.jsonl', 'samples.jsonl']) utimesSync(join(folder, file), 1_000, 1_000)
  return folder
}

const started = (runId: string, startedAt: string, targetName: string) => ({
  ...{ runId, command: 'gate', startedAt, seed: 1, toolVersion: '0.1.0' },
  target: { kind: 'url', dialect: 'openai', url: 'http://127.0.0.1:8000', model: 'llama-8b' },
  fingerprint: { targetName },
  policy: { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 20, minColdStarts: 3 },
  promises: [{ id: 'health.answers', suite: 'health', says: 'it answers', required: true, tags: [] }],
  environment: { node: 'v24', platform: 'linux', cpus: 2, memoryBytes: 1, ci: false },
})

const decision = (verdict: 'PASS' | 'FAIL', { warmMs, reason }: Kept) => ({
  ...{ verdict, exitCode: verdict === 'PASS' ? 0 : 10, state: 'complete', comparisons: [], unmeasured: [] },
  reasons: reason === undefined ? [] : [reason],
  measurements:
    warmMs === undefined ? [] : [{ name: 'e2eMsP50', warmth: 'warm', unit: 'ms', value: warmMs, n: 30 }],
})

export const checkedEvent = (id: string, outcome: Check['outcome'], reason?: string): RunEvent => ({
  kind: 'checked',
  atMs: 1_000,
  check: {
    ...{ id, suite: 'health', says: 'it answers', outcome, required: true, durationMs: 1 },
    ...(reason !== undefined && { reason }),
  },
})
