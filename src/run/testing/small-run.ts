import type { Check, PromiseEntry, RunEvent, RunStart, Sample } from '../../records/index.ts'

/** Events of a small run of two promises, for tests that are about events and not about a service. */
export const promises: readonly PromiseEntry[] = [
  { id: 'x.one', suite: 'x', says: 'one', required: true, tags: ['core'] },
  { id: 'x.two', suite: 'x', says: 'two', required: true, tags: [] },
]

export const start: RunStart = {
  runId: 'run-1',
  command: 'check',
  startedAt: '2026-01-01T00:00:00.000Z',
  seed: 1,
  toolVersion: '0.0.0',
  target: { kind: 'url', dialect: 'openai' },
  policy: { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 20, minColdStarts: 3 },
  promises,
  environment: { node: 'v24', platform: 'linux-x64', cpus: 2, memoryBytes: 1, ci: false },
}

export const passed = (id: string): Check => ({
  ...{ id, suite: 'x', says: id, required: true },
  outcome: 'passed',
  durationMs: 3,
})

export const sample = (index: number): Sample => ({
  ...{ scenario: 'warm', warmth: 'warm', boot: 0, index },
  outcome: 'completed',
  sentAtMs: 100 + index,
  e2eMs: 5,
})

const target = { ...start.target, url: 'http://127.0.0.1:1', model: 'm' }

export const EVENTS: readonly RunEvent[] = [
  { kind: 'started', ...start },
  {
    ...{ kind: 'observed', atMs: 10, target },
    boot: { index: 0, origin: 'found', outcome: 'generating', attempts: [] },
  },
  { kind: 'profiled', atMs: 20, target, profile: { engine: 'vllm', capabilities: ['health'], missing: {} } },
  { kind: 'sampled', sample: sample(0) },
  { kind: 'checked', atMs: 30, check: passed('x.two') },
  { kind: 'checked', atMs: 40, check: passed('x.one') },
]
