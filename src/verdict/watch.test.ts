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

test('a FAIL says what is broken, since when, how sure that is, and what to run', () => {
  const broken = { ...failed, since: '2026-01-01T03:12:45.000Z' }
  const reasonsOf = (change: Partial<Watched>) =>
    decideWatch(run({ watched: { ...WATCHED, comparisons: [broken], ...change } })).reasons
  const target = { kind: 'url', dialect: 'openai', url: 'http://h:1' } as const
  const { reasons } = decideWatch(run({ ...withs(broken), target }))
  expect(reasons).toEqual([
    'Requests fail since 03:12:45 UTC: all fail.',
    'Chance alone shows this for at most 0.1 % of unchanged services, in 20 requests.',
    'Next: roll back. To see what exactly is broken: infergate check --url http://h:1',
  ])
  expect(
    reasonsOf({ hook: { command: 'undo', exitCode: 3 }, notes: ['It was started anew.'] }).slice(2),
  ).toEqual(['The hook `undo` ended with code 3: roll back by hand.', 'It was started anew.'])
  expect(reasonsOf({ hook: { command: 'undo', exitCode: 0 } }).at(-1)).toBe(
    'The hook `undo` ended with code 0: see that the service answers again.',
  )
  const line: Comparison = { id: 'watch.logs', says: 'no sign', outcome: 'failed', reason: 'EngineDeadError' }
  expect(decideWatch(run(withs(line))).reasons.slice(0, 2)).toEqual([
    'The log says that the service is broken: EngineDeadError.',
    'This was seen as it is: there is no chance in it.',
  ])
})
