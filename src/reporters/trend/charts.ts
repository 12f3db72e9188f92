import type { Night, Segment } from '../../records/index.ts'
import { type Chart, type ChartPoint, drawChart, type Panel } from '../trend-chart/index.ts'
import { coldWarmOf } from './cold-warm.ts'
import {
  byPlace,
  dayOf,
  isEvidence,
  nameOf,
  placeOf,
  referenceValues,
  type SeriesView,
  shown,
  signedShare,
  type TrendView,
  unitOf,
} from './view.ts'

/** SVG by file name: one picture a series, and one a service with its cold start above its warm answers. */
export function trendCharts({ series }: TrendView): ReadonlyMap<string, string> {
  const drawable = series.filter(({ nights }) => nights.some(({ value }) => Number.isFinite(value)))
  const charts = [...byPlace(drawable).values()].flatMap((members): [string, Chart][] => {
    const pair = coldWarmOf(members)
    return [
      ...(pair
        ? [[`${slugOf(pair.cold, 'cold-warm')}.svg`, chartOf([pair.cold, pair.warm])] as [string, Chart]]
        : []),
      ...members.map((view): [string, Chart] => {
        const { metric, warmth } = view.trend.series
        return [`${slugOf(view, `${metric}-${warmth}`)}.svg`, chartOf([view])]
      }),
    ]
  })
  const files = new Map<string, string>()
  for (const [name, chart] of charts) files.set(unused(name, files), drawChart(chart))
  return files
}

/** Two names may differ only in what a file name cannot hold. */
function unused(name: string, files: ReadonlyMap<string, string>): string {
  for (let nth = 1; ; nth++) {
    const candidate = nth === 1 ? name : name.replace(/\.svg$/, `-${nth}.svg`)
    if (!files.has(candidate)) return candidate
  }
}

function slugOf({ trend: { series } }: SeriesView, what: string): string {
  const words = [series.targetName, series.scenario, series.hardware, what]
  return words.map((word) => word.replaceAll(/[^\w.]+/g, '-').replace(/^[-.]+|-+$/g, '')).join('--')
}

function chartOf(views: readonly [SeriesView, ...SeriesView[]]): Chart {
  const [{ trend }] = views
  const what = views.length > 1 ? 'cold start above warm answers' : nameOf(trend.series)
  return {
    title: `${trend.series.targetName}: ${what}`,
    description: [placeOf(trend.series), ...views.map((view) => view.trend.sentence)].join('. '),
    panels: views.map(panelOf),
  }
}

function panelOf(view: SeriesView): Panel {
  const { trend, nights } = view
  const { metric } = trend.series
  const references = referenceValues(view)
  const reference = nights.flatMap(({ at }, index) => {
    const value = references[index]
    return value === undefined ? [] : [{ at, value, says: '' }]
  })
  return {
    title: `${nameOf(trend.series)}${reference.length > 0 ? '; dashed: the reference target, moved to this height' : ''}`,
    unit: unitOf(metric),
    points: nights.flatMap((night) => pointOf(night, metric)),
    ...(reference.length > 0 && { reference }),
    levels: levelsOf(view),
    changes: trend.changes.map(({ at, between: [from, to], effect, sentence }) => ({
      ...{ at, from, to, label: signedShare(effect), says: sentence },
    })),
  }
}

function pointOf(night: Night, metric: string): readonly ChartPoint[] {
  const { value } = night
  if (!Number.isFinite(value)) return []
  const says = `${dayOf(night.at)}: ${shown(value, metric)}, ${night.verdict}, run ${night.runId}`
  if (isEvidence(night)) return [{ at: night.at, value, says }]
  return [{ at: night.at, value, says: `${says}, ${night.state}: it does not count`, isLeftOut: true }]
}

/** The accepted level and the present one; they may be the same. */
function levelsOf({ trend: { accepted, current }, nights }: SeriesView): Panel['levels'] {
  const level = ({ from, to, level: value }: Segment, isAccepted: boolean) => {
    const [first, last] = [nights[from], nights[to]]
    return first && last ? [{ from: first.at, to: last.at, value, isAccepted }] : []
  }
  const isSame = accepted && current && accepted.from === current.from
  return [...(accepted ? level(accepted, true) : []), ...(current && !isSame ? level(current, false) : [])]
}
