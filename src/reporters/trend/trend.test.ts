import { expect, test } from 'vitest'
import type { Night, SeriesKey } from '../../records/index.ts'
import { analyse, incidents } from '../../trend/index.ts'
import { fourStories } from '../../trend/testing/stories.ts'
import { xmlFaults } from '../testing/xml-faults.ts'
import {
  renderTrendMarkdown,
  renderTrendText,
  type SeriesView,
  sparkline,
  type TrendView,
  trendCharts,
} from './index.ts'

const HOSTILE = 'a\u001b[31m<script>|`x` & "y"\u202e'

const key = (change: Partial<SeriesKey> = {}): SeriesKey => ({
  ...{ targetName: 'staging', scenario: 'warm', metric: 'e2eMsP50', warmth: 'warm', hardware: 'GPU' },
  ...change,
})
const nightAt = (index: number, value: number, change: Partial<Night> = {}): Night => ({
  ...{ runId: `run-${index}`, at: new Date(Date.UTC(2026, 0, index + 1)).toISOString(), value, starts: 3 },
  ...{ verdict: 'PASS', state: 'complete', attributes: {}, ...change },
})
const levels = (...values: readonly number[]) => values.map((value, index) => nightAt(index, value))
const seriesOf = (nights: readonly Night[], change: Partial<SeriesKey> = {}): SeriesView => ({
  trend: analyse(key(change), nights),
  nights,
})
const viewOf = (...series: readonly SeriesView[]): TrendView => ({
  series,
  incidents: incidents(series.map(({ trend }) => trend)),
})

test('four stories in 400 nights are told on a terminal, on a page and in pictures', () => {
  const view = viewOf(...[...fourStories(1)].map(([of, nights]) => ({ trend: analyse(of, nights), nights })))
  const [text, page, charts] = [renderTrendText(view), renderTrendMarkdown(view), trendCharts(view)]
  for (const { sentence } of view.incidents) expect(text).toContain(sentence)
  expect(text).toMatch(/host-change: .*gpu-07 to gpu-11/)
  expect(page).toMatch(/\| output-length \| .*200 → 240 tokens/)
  // Each series and, of each of the four services, cold above warm.
  expect(charts.size).toBe(view.series.length + 4)
  for (const svg of charts.values()) expect(xmlFaults(svg)).toEqual([])
})

test('names of targets steer no terminal, no page and no picture, and reach no other folder', () => {
  const nights = levels(...Array.from({ length: 12 }, (_, i) => 100 + (i % 3)))
  const view = viewOf(seriesOf(nights, { targetName: HOSTILE, hardware: '../../etc' }))
  for (const character of ['\u001b', '\u202e'])
    for (const text of [renderTrendText(view), renderTrendMarkdown(view), ...trendCharts(view).values()])
      expect(text).not.toContain(character)
  expect(renderTrendMarkdown(view)).not.toContain('<script')
  for (const [name, svg] of trendCharts(view)) {
    expect(name).toMatch(/^[\w.-]+\.svg$/)
    expect(name).not.toContain('..')
    expect(xmlFaults(svg)).toEqual([])
  }
})

test('two series whose names differ only in what a file name cannot hold are two pictures', () => {
  const nights = levels(1, 2, 3)
  const view = viewOf(seriesOf(nights, { hardware: 'A/B' }), seriesOf(nights, { hardware: 'A B' }))
  expect(trendCharts(view).size).toBe(2)
})

test('nights without a number, and invalid ones, are told apart and break nothing', () => {
  const nights = [
    ...levels(...Array.from({ length: 12 }, () => 100)),
    nightAt(12, Number.NaN),
    nightAt(13, 500, { state: 'invalid', verdict: 'INCONCLUSIVE' }),
  ]
  const view = viewOf(seriesOf(nights))
  expect(renderTrendText(view)).toMatch(/12 of 14/)
  expect(renderTrendText(view)).not.toContain('NaN')
  const [svg = ''] = trendCharts(view).values()
  expect([svg.split('class="dot"').length - 1, svg.split('class="ring"').length - 1]).toEqual([12, 1])
  expect(svg).not.toContain('NaN')
})

test('of nights that are all without a number no picture is drawn', () => {
  expect(trendCharts(viewOf(seriesOf(levels(Number.NaN, Number.NaN)))).size).toBe(0)
})

test('more values than columns are drawn as medians of their shares, and rounding is no course', () => {
  const values = Array.from({ length: 400 }, (_, i) => (i < 200 ? 1 : 2))
  expect(sparkline([...values.slice(0, 7), 99, ...values.slice(8)])).toBe(
    `${'▁'.repeat(15)}${'█'.repeat(15)}`,
  )
  expect(sparkline([0.1 + 0.2, 0.3])).toBe('▄▄')
})
