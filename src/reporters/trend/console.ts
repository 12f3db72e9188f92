import { countOf } from '../figures.ts'
import { alignTable } from '../load-table.ts'
import { visible } from '../safe-text.ts'
import { coldWarmOf } from './cold-warm.ts'
import { coldWarmTable, seriesTable } from './tables.ts'
import { byPlace, dayOf, nameOf, type SeriesView, type TrendView } from './view.ts'

/** For a terminal: each service with cold beside warm, its series, what happened, and what was looked at and is none. */
export function renderTrendText(view: TrendView): string {
  const lines = [
    ...[...byPlace(view.series)].flatMap(([place, series]) => [...renderPlace(place, series), '']),
    ...renderIncidents(view),
    ...renderDismissed(view),
  ]
  return `${lines
    .map((line) => visible(line))
    .join('\n')
    .trimEnd()}\n`
}

function renderPlace(place: string, series: readonly SeriesView[]): readonly string[] {
  const nights = series.flatMap((view) => view.nights).toSorted((a, b) => (a.at < b.at ? -1 : 1))
  const [first, last] = [nights[0], nights.at(-1)]
  const runs = new Set(nights.map(({ runId }) => runId)).size
  const pair = coldWarmOf(series)
  return [
    `${place}: ${countOf(runs, 'night')}${first && last ? `, ${dayOf(first.at)} to ${dayOf(last.at)}` : ''}`,
    '',
    ...(pair ? [...alignTable(coldWarmTable(pair)).map(indent), ''] : []),
    ...alignTable(seriesTable(series)).map(indent),
  ]
}

const indent = (line: string): string => `  ${line}`

export function renderIncidents({ incidents, series }: TrendView): readonly string[] {
  if (incidents.length > 0) return ['What moved:', ...incidents.map(({ sentence }) => indent(sentence)), '']
  const young = series.filter(({ trend }) => trend.state === 'too-few').length
  const quiet = 'Nothing moved that is not accepted.'
  return [
    young === series.length
      ? 'Too few nights count to say whether anything moved.'
      : young > 0
        ? `${quiet} ${young} of ${series.length} series have too few nights that count to say so.`
        : quiet,
    '',
  ]
}

function renderDismissed({ series }: TrendView): readonly string[] {
  const lines = series.flatMap(({ trend }) =>
    trend.dismissed.map(({ at, reason, sentence }) =>
      indent(`${dayOf(at)} ${nameOf(trend.series)}, ${reason}: ${sentence}`),
    ),
  )
  return lines.length === 0 ? [] : ['Looked at, and not announced:', ...lines]
}
