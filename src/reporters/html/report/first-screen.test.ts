import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Boot, Sample, Versus } from '../../../records/index.ts'
import type { Report } from '../../reporter.ts'
import { html, textOf } from '../kit/index.ts'
import { firstScreen } from './first-screen.ts'
import { linker } from './linked.ts'
import { verdictHead } from './verdict-head.ts'

const load = (name: string): Report =>
  JSON.parse(readFileSync(new URL(`../../../../fixtures/reports/${name}.json`, import.meta.url), 'utf8'))
const [fail, pass] = [load('fail'), load('pass')]
const screen = (report: Report): string => textOf(firstScreen(report))
const withRun = (run: Partial<Report['run']>): Report => ({ ...fail, run: { ...fail.run, ...run } })

test('each name of a check in a sentence leads to that check, and a name inside another word does not', () => {
  const check = { ...pass.verdict.checks[0], id: 'health.answers' } as Report['verdict']['checks'][number]
  const link = linker({ checks: [check], comparisons: [] })
  expect(textOf(html`${link('health.answers failed: see health.answers-late.')}`)).toBe(
    '<a href="#tab=checks&amp;open=health.answers">health.answers</a> failed: see health.answers-late.',
  )
})

test('a run that did not end as planned says so above its figures, a whole one does not', () => {
  for (const state of ['interrupted', 'killed', 'invalid'] as const) {
    const head = textOf(verdictHead({ ...fail, verdict: { ...fail.verdict, state } }))
    expect(head).toContain(`<strong>${state.toUpperCase()}</strong>`)
  }
  expect(textOf(verdictHead(pass))).not.toContain('class="alarm"')
})

test('what was not measured is said with its reason, and has no picture', () => {
  const empty = withRun({ boots: [], samples: [], command: 'check' })
  expect(screen(empty)).toContain('Not measured, because no start of the service was seen to its end.')
  expect(screen(empty)).toContain('Not measured, because infergate check times nothing.')
  const none = { ...pass, verdict: { ...pass.verdict, checks: [] } }
  expect(screen(none)).toContain('Not measured, because the run ended before its first check.')
})

test('a start that never generated has a bar until it was given up, and no cold start', () => {
  const boot: Boot = {
    ...{ index: 0, origin: 'started', outcome: 'not-generating', portMs: 500, healthMs: 600 },
    attempts: [{ atMs: 3_900, what: 'generate', tookMs: 100, failure: 'service-error' }],
    reason: 'no generation succeeded',
  }
  const page = screen(withRun({ boots: [boot] }))
  // The last 3.4 of 4 seconds.
  expect(page).toContain('left:15.00%;width:max(2px,85.00%)')
  expect(page).toContain('✗ none')
})

test('warm answers are drawn without cold starts, without the other arm, and with warm-up and failures apart', () => {
  const sample = (more: Partial<Sample>): Sample => ({
    ...{
      scenario: 'warm',
      warmth: 'warm',
      boot: 0,
      index: 0,
      outcome: 'completed',
      sentAtMs: 1_000,
      e2eMs: 40,
    },
    ...more,
  })
  const page = screen(
    withRun({
      samples: [
        sample({ e2eMs: 11, warmUp: true }),
        sample({ e2eMs: 22, sentAtMs: 2_000 }),
        sample({ e2eMs: 33, sentAtMs: 3_000, outcome: 'timeout' }),
        sample({ e2eMs: 44, warmth: 'cold' }),
        sample({ e2eMs: 55, arm: 'baseline' }),
      ],
    }),
  )
  const [, text = ''] = /id="chart-data-warm-latency">([^<]+)/.exec(page) ?? []
  const { x, series, bands } = JSON.parse(text)
  expect(x.values).toEqual([1, 2, 3])
  expect(series.map(({ values }: { values: unknown }) => values)).toEqual([
    [null, 22, null],
    [11, null, null],
    [null, null, 33],
  ])
  expect(bands).toEqual([{ from: 1, to: 1.011, label: 'warm-up' }])
})

test('a change against the baseline stands with its interval and its margin on one scale', () => {
  const versus: Versus = {
    ...{ mode: 'stored', baseline: 'run-a', candidate: 'run-b', differences: [] },
    changes: [
      {
        ...{ metric: 'ttftMsP50', baseline: 100, candidate: 150, change: 0.5, low: 0.4, high: 0.6, n: 3 },
        ...{ margin: 0.05, outcome: 'worse' },
      },
    ],
  }
  const page = screen({ ...fail, verdict: { ...fail.verdict, versus } })
  expect(page).toContain('+50 % ✗ worse')
  expect(page).toMatch(/class="limit" style="left:11\.\d+%"/)
  expect(page).toContain('1 of 1 metrics are worse beyond their margin.')
})

test('how sure a FAIL is stands beside its reasons, with the way to its bytes; a PASS says nothing of it', () => {
  const [check] = fail.verdict.findings.find(({ outcome }) => outcome === 'failed')?.checks ?? []
  expect(screen(fail)).toMatch(new RegExp(`How sure</h2>.*show.* the first reason.*open=${check}"`, 's'))
  expect(screen(pass)).not.toContain('How sure')
})

test('what the simulator was asked to do wrong is said above the word', () => {
  const { target } = fail.run
  const of = (faults: readonly string[]) =>
    textOf(verdictHead(withRun({ target: { ...target, kind: 'simulator', faults } })))
  expect(of(['buffered-by-proxy'])).toMatch(/no service of yours\. Faults switched on: buffered-by-proxy\./)
  expect(of([])).not.toContain('Faults switched on')
  expect(textOf(verdictHead(withRun({ target: { ...target, kind: 'url' } })))).not.toContain('SIMULATED')
})
