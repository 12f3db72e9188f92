import { expect, test } from 'vitest'
import type { LoadRun, LoadSearch, Pair, Run } from '../../../../records/index.ts'
import { fold } from '../../../../run/fold.ts'
import { EVENTS } from '../../../../run/testing/small-run.ts'
import { verdictOf } from '../../../../verdict/index.ts'
import { LOAD, steadySamples } from '../../../../verdict/testing/load-samples.ts'
import { textOf } from '../../kit/index.ts'
import { measurementsTab } from './index.ts'

const samples = steadySamples(400)
const load: LoadRun = { ...LOAD, steady: { fromMs: 1_500, toMs: 21_000 } }
const small = fold([...EVENTS, { kind: 'ended', atMs: 22_000 }])
const run: Run = { ...small, command: 'bench', samples: [...small.samples, ...samples], loads: [load] }
const pageOf = (changes: Partial<Run>): string => {
  const changed = { ...run, ...changes }
  return textOf(measurementsTab({ run: changed, verdict: verdictOf(changed) }))
}
const chartsOf = (page: string): readonly string[] =>
  [...page.matchAll(/id="chart-data-([^"]+)"/g)].map(([, id]) => id ?? '')

test('every chart of a load has a sentence with its figures and a table', () => {
  const page = pageOf({})
  const charts = chartsOf(page)
  expect(charts).toContain('load-ttftMs-percentiles')
  expect(new Set(charts).size).toBe(charts.length)
  for (const figure of page.split('<figure').slice(1)) {
    expect(figure).toMatch(/aria-label="[^"]*\d[^"]*"/)
    expect(figure).toContain('<table>')
  }
})

test('a client that could not keep up makes its numbers unusable, and says what to do', () => {
  const reasons = [{ kind: 'saturated', says: 'Its event loop was full.', next: 'Use --workers 2.' }] as const
  const page = pageOf({ loads: [{ ...load, validity: { reasons, warnings: [], clients: [] } }] })
  expect(page).toContain('These numbers cannot be used, because:')
  expect(page).toContain('<li>Its event loop was full. Use --workers 2.</li>')
})

test('a run that was cut short says so before any number', () => {
  const page = pageOf({ state: 'interrupted', cut: { kind: 'interrupted', reason: 'SIGINT came' } })
  expect(page.slice(0, page.indexOf('<h3>'))).toContain('the run was cut short: SIGINT came')
})

test('the queue is drawn from the readings of the service, and is not measured where there are none', () => {
  expect(pageOf({})).toContain('The queue of the service: not measured, because')
  const series = [0, 1, 2].map((at) => ({ atMs: 1_000 + 5_000 * at, waiting: 3 * at, running: 8 }))
  const page = pageOf({ loads: [{ ...load, serviceUse: { series } }] })
  expect(page).toContain('read 3 times: at most 6 requests waited, at most 8 ran at once')
  const late = [...series, ...[3, 9].map((at) => ({ atMs: 1_000 + 5_000 * at, waiting: 1 }))]
  expect(pageOf({ loads: [{ ...load, serviceUse: { series: late } }] })).toContain(
    'Not known for 30.0 s, because its metrics were not answered meanwhile.',
  )
  const unseen = [{ atMs: 1_000 }, { atMs: 2_000 }]
  expect(pageOf({ loads: [{ ...load, serviceUse: { series: unseen } }] })).toContain(
    'not measured, because its metrics have no count of waiting requests',
  )
})

test('of a search the step that speaks for it is shown, the others can be opened, and levels and limits are marked', () => {
  const step = (at: number, level: number) => ({
    ...({ level, scenario: `step-${at}`, outcome: 'held', reason: 'it does' } as const),
    figures: { ttftMsP50: 50 * at, requestsPerSecond: level },
  })
  const search: LoadSearch = {
    ...{ kind: 'search', of: 'rate', steps: [step(1, 10), step(2, 20)] },
    held: { level: 20, scenario: 'step-2', agreed: 1, steps: 1, reason: 'it does' },
    end: { by: 'always-held', reason: 'no higher level may be tried' },
  }
  const named = (scenario: string) => samples.map((sample) => ({ ...sample, scenario }))
  const page = pageOf({
    search,
    samples: [...named('step-1'), ...named('step-2')],
    loads: ['step-1', 'step-2'].map((scenario) => ({ ...load, scenario })),
    policy: { ...run.policy, limits: { 'steady.ttftMsP50': { max: 90 } } },
  })
  expect(page).toContain('<summary>Steady: step-1, 10 requests/s</summary>')
  expect(page).toContain('<h3>Steady: step-2, 20 requests/s</h3>')
  expect(page).toContain('20 requests/s holds (1 of 1 steps).')
  expect(page).toMatch(/"at":20,"label":"holds"/)
  expect(page).toMatch(/"at":90,"label":"limit of TTFT p50"/)
})

test('pairs are drawn pair by pair, without those that tell nothing', () => {
  const start = (ttftMsP50: number) => ({ boot: 0, values: { ttftMsP50 }, requests: 10, failed: 0 })
  const pairs = [100, 110, 777].map(
    (ms, index): Pair => ({
      ...{ index, first: 'baseline', baseline: start(100), candidate: start(ms) },
      ...(ms === 777 && { void: { reason: 'the client was starved' } }),
    }),
  )
  const versus = {
    ...({ mode: 'paired', baseline: 'old', candidate: 'new', differences: [] } as const),
    changes: [
      {
        metric: 'ttftMsP50',
        baseline: 100,
        candidate: 105,
        change: 0.05,
        n: 2,
        margin: 0.1,
        outcome: 'open',
      } as const,
    ],
  }
  const changed = { ...run, pairs }
  const page = textOf(measurementsTab({ run: changed, verdict: { ...verdictOf(changed), versus } }))
  expect(page).toContain('ttftMsP50 of 2 pairs: 100 ms and 105 ms, changed by +5 %')
  expect(page).toContain('1 of 3 pairs tell nothing and are in no number: the client was starved.')
  expect(page).not.toContain('777 ms')
})

test('a failed request and one that the client spoiled are points of their own', () => {
  const page = pageOf({
    samples: steadySamples(100, (index) => ({
      ...(index === 7 && { outcome: 'timeout' as const }),
      ...(index === 9 && { spoiledBy: ['paused'] as const }),
    })),
  })
  expect(page).toContain(
    '98 counted; 1 counted, the client was late meanwhile; 1 failed: time until it was known',
  )
})
