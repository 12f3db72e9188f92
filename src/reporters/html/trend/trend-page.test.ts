import { expect, test } from 'vitest'
import type { Night, SeriesKey } from '../../../records/index.ts'
import { analyse, incidents } from '../../../trend/index.ts'
import { E2E, nightsWith } from '../../../trend/testing/nights.ts'
import { fourStories } from '../../../trend/testing/stories.ts'
import type { SeriesView, TrendView } from '../../trend/view.ts'
import { trendPage } from './index.ts'

const seriesOf = (key: SeriesKey, nights: readonly Night[]): SeriesView => ({
  trend: analyse(key, nights),
  nights,
})
const viewOf = (...series: readonly SeriesView[]): TrendView => ({
  series,
  incidents: incidents(series.map(({ trend }) => trend)),
})

const slower = (hostile = 'b') =>
  nightsWith(40, (index) => ({
    factor: index < 20 ? 1 : 1.2,
    attributes: { image: index < 20 ? 'a' : hostile },
    reference: 300,
  }))

test('what moved stands in the title, with a link to its series, whose section tells what was set anew', () => {
  const page = trendPage(viewOf(seriesOf(E2E, slower())))
  expect(page).toContain('<h1>1 of 1 series moved, 1 for the worse, in 1 incident</h1>')
  expect(page).toContain('href="#series=chat-e2eMsP50-warm-A100"')
  expect(page).toContain('data-key="chat-e2eMsP50-warm-A100"')
  expect(page).toMatch(
    /<td><span class="day">2025-01-21<\/span><\/td><td>set anew<\/td><td>image: a → b<\/td>/,
  )
  expect(page).toContain('reference target, moved to this height')
})

test('what is recorded of a night stays text', () => {
  const page = trendPage(viewOf(seriesOf(E2E, slower('</script><b>"x"</b>\u202e'))))
  expect(page.includes('<b>')).toBe(false)
  expect(page.replaceAll(/<script.*?<\/script>/gs, '').includes('\u202e')).toBe(false)
})

test('nothing that moved and too few nights are two things', () => {
  expect(trendPage(viewOf(seriesOf(E2E, nightsWith(20))))).toContain(
    '<h1>Nothing moved that is not accepted</h1>',
  )
  expect(trendPage(viewOf(seriesOf(E2E, nightsWith(3))))).toContain('<h1>Too few nights count')
  expect(trendPage(viewOf())).toContain('0 series, no night')
})

test('two series whose names differ only in what an address cannot hold have two addresses', () => {
  const nights = nightsWith(3)
  const page = trendPage(
    viewOf(seriesOf({ ...E2E, targetName: 'a b' }, nights), seriesOf({ ...E2E, targetName: 'a/b' }, nights)),
  )
  expect([...page.matchAll(/data-key="(a-b.*?)"/g)].map(([, id]) => id)).toEqual([
    'a-b-e2eMsP50-warm-A100',
    'a-b-e2eMsP50-warm-A100-2',
  ])
})

test('a level that moved with the host or with longer answers says so beside its steady state', () => {
  const all = [...fourStories(1)].map(([key, nights]) => seriesOf(key, nights))
  const page = trendPage(
    viewOf(...all.filter(({ trend }) => ['search', 'summaries'].includes(trend.series.targetName))),
  )
  expect(page).toMatch(/moved by host-change on 2025-0[89]-\d\d, not announced/)
  expect(page).toMatch(/moved by output-length on 2025-11-\d\d, not announced/)
})

test('ten thousand nights are a page below 3 MB, no night one below 400 kB', () => {
  const nights = nightsWith(400, () => ({ reference: 300 }))
  const one = seriesOf(E2E, nights)
  const all = Array.from({ length: 25 }, (_, index) => ({
    ...one,
    trend: { ...one.trend, series: { ...E2E, targetName: `service-${index}` } },
  }))
  expect(trendPage({ series: all, incidents: [] }).length).toBeLessThan(3_000_000)
  expect(trendPage(viewOf()).length).toBeLessThan(400_000)
})
