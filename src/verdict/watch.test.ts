import { expect, test } from 'vitest'
import type { Comparison, Run, Watched } from '../records/index.ts'
import { decideWatch } from './watch.ts'

const passed = (id: string): Comparison => ({ id, says: id, outcome: 'passed', reason: 'nothing was seen' })
const WATCHED: Watched = {
  ...{ since: '2026-01-01T00:00:00.000Z', watchedMs: 60_000, requests: 20, failed: 0 },
  ...{ promptTokens: 1, outputTokens: 1, alpha: 0.001, looks: 20, notes: [] },
  comparisons: [passed('watch.errors'), passed('watch.slow-share')],
}

const run = (change: Partial<Run>): Run => ({
  ...{ runId: 'r', command: 'watch', startedAt: '2026-01-01T00:00:00.000Z', seed: 1, toolVersion: '1' },
  ...{ durationMs: 60_000, state: 'complete', boots: [], samples: [], checks: [], promises: [] },
  target: { kind: 'url', dialect: 'openai' },
  policy: { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 20, minColdStarts: 3 },
  environment: { node: 'v24', platform: 'linux-x64', cpus: 1, memoryBytes: 1, ci: false },
  watched: WATCHED,
  ...change,
})

const failed: Comparison = { id: 'watch.errors', says: 'few fail', outcome: 'failed', reason: 'all fail' }
const open: Comparison = { id: 'watch.logs', says: 'no sign', outcome: 'inconclusive', reason: 'not read' }
const withs = (...comparisons: readonly Comparison[]): Partial<Run> => ({
  watched: { ...WATCHED, comparisons },
})

test('all of its time with nothing wrong is a PASS; what was not seen, or not to the end, is none', () => {
  const words = [
    {},
    withs(failed, passed('watch.slow-share')),
    withs(...WATCHED.comparisons, open),
    withs(passed('watch.errors')),
    withs(),
    { state: 'killed' as const, watched: undefined as unknown as Watched },
    { state: 'interrupted' as const, cut: { kind: 'interrupted' as const, reason: 'Ended by Ctrl-C.' } },
    {
      ...withs(failed),
      state: 'interrupted' as const,
      cut: { kind: 'terminated' as const, reason: 'Ended.' },
    },
    { state: 'interrupted' as const, error: { code: 'reports-unwritable', message: 'The disk is full.' } },
  ].map((change) => {
    const { verdict, exitCode } = decideWatch(run(change))
    return [verdict, exitCode]
  })
  expect(words).toEqual([
    ['PASS', 0],
    ['FAIL', 10],
    ['INCONCLUSIVE', 20],
    ['INCONCLUSIVE', 20],
    ['INCONCLUSIVE', 20],
    ['INCONCLUSIVE', 20],
    ['INCONCLUSIVE', 130],
    ['FAIL', 143],
    ['INCONCLUSIVE', 30],
  ])
})

test('a reason says what failed, how the hook ended, and what else was seen', () => {
  const watched: Watched = {
    ...WATCHED,
    comparisons: [failed],
    notes: ['It was started anew.'],
    hook: { command: 'undo', exitCode: 3 },
  }
  expect(decideWatch(run({ watched })).reasons).toEqual([
    'watch.errors failed: all fail.',
    'The hook `undo` ended with code 3.',
    'It was started anew.',
  ])
})
