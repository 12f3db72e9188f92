import { significant } from '../figures.ts'
import type { Table } from '../load-table.ts'
import type { ColdWarm } from './cold-warm.ts'
import { sparkline } from './sparkline.ts'
import { dayOf, isEvidence, nameOf, type SeriesView, shown, signedShare } from './view.ts'

const NONE = '–'

/** One line a series: its course, its accepted level, where it is now, and the last change. */
export function seriesTable(series: readonly SeriesView[]): Table {
  return {
    head: ['series', 'nights', 'course', 'accepted', 'now', 'last change', 'since'],
    rows: series.map((view) => {
      const { trend } = view
      const { metric } = trend.series
      const last = trend.changes.at(-1)
      return [
        nameOf(trend.series),
        nightsOf(view),
        course(view),
        trend.accepted ? shown(trend.accepted.level, metric) : NONE,
        trend.current ? shown(trend.current.level, metric) : NONE,
        last ? `${signedShare(last.effect)}${last.status === 'accepted' ? ' (accepted)' : ''}` : NONE,
        last ? dayOf(last.at) : NONE,
      ]
    }),
  }
}

/** `40`, `38 of 40`: those that count. */
const nightsOf = ({ trend: { used, nights } }: SeriesView): string =>
  used === nights ? String(nights) : `${used} of ${nights}`

function course({ nights }: SeriesView): string {
  const values = nights.filter(isEvidence).map(({ value }) => value)
  return values.length === 0 ? NONE : sparkline(values)
}

/** Cold and warm side by side, and the share of the cold start that a warm answer takes. */
export function coldWarmTable({ cold, warm }: ColdWarm): Table {
  const ratios = ratiosOf({ cold, warm })
  const line = (name: string, levelOf: (view: SeriesView) => number | undefined): readonly string[] => {
    const [start, answer] = [levelOf(cold), levelOf(warm)]
    return [
      name,
      start === undefined ? NONE : shown(start, cold.trend.series.metric),
      answer === undefined ? NONE : shown(answer, warm.trend.series.metric),
      start && answer !== undefined ? `${significant((100 * answer) / start)} %` : NONE,
    ]
  }
  return {
    head: ['', 'cold start', 'warm e2e p50', 'warm / cold'],
    rows: [
      ['course', course(cold), course(warm), ratios.length > 0 ? sparkline(ratios) : NONE],
      line('accepted', ({ trend }) => trend.accepted?.level),
      line('now', ({ trend }) => trend.current?.level),
      line('last night', ({ nights }) => nights.findLast(isEvidence)?.value),
    ],
  }
}

/** Of the nights that measured both. */
export function ratiosOf({ cold, warm }: ColdWarm): readonly number[] {
  const starts = new Map(cold.nights.filter(isEvidence).map(({ runId, value }) => [runId, value]))
  return warm.nights.filter(isEvidence).flatMap(({ runId, value }) => {
    const start = starts.get(runId)
    return start === undefined || start <= 0 ? [] : [value / start]
  })
}
