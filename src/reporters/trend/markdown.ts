import type { Table } from '../load-table.ts'
import { escapeText, table } from '../markdown-syntax.ts'
import { coldWarmOf } from './cold-warm.ts'
import { renderIncidents } from './console.ts'
import { coldWarmTable, seriesTable } from './tables.ts'
import { byPlace, dayOf, nameOf, type SeriesView, type TrendView } from './view.ts'

/** A page: what moved first, then each service with cold beside warm, then what was looked at and is none. */
export function renderTrendMarkdown(view: TrendView): string {
  return `${[
    '# infergate: trend',
    '## What moved',
    ...(view.incidents.length > 0
      ? [view.incidents.map(({ sentence }) => `1. ${escapeText(sentence)}`).join('\n')]
      : renderIncidents(view).filter(Boolean)),
    ...[...byPlace(view.series)].flatMap(([place, series]) => renderPlace(place, series)),
    ...renderChanges(view.series),
    ...renderDismissed(view.series),
  ].join('\n\n')}\n`
}

function renderPlace(place: string, series: readonly SeriesView[]): readonly string[] {
  const pair = coldWarmOf(series)
  return [
    `## ${escapeText(place)}`,
    ...(pair ? ['### Cold and warm', written(coldWarmTable(pair))] : []),
    '### Series',
    written(seriesTable(series)),
  ]
}

const written = ({ head, rows }: Table): string =>
  table(
    head,
    rows.map((row) => row.map((cell) => escapeText(cell))),
  )

function renderChanges(series: readonly SeriesView[]): readonly string[] {
  const lines = series.flatMap(({ trend }) =>
    trend.changes.map(
      ({ sentence, status }) =>
        `- ${escapeText(nameOf(trend.series))}: ${escapeText(sentence)}${status === 'accepted' ? ' Accepted.' : ''}`,
    ),
  )
  return lines.length === 0 ? [] : ['## Changes of level', lines.join('\n')]
}

function renderDismissed(series: readonly SeriesView[]): readonly string[] {
  const rows = series.flatMap(({ trend }) =>
    trend.dismissed.map(({ at, reason, sentence }) => [
      dayOf(at),
      ...[nameOf(trend.series), reason, sentence].map((text) => escapeText(text)),
    ]),
  )
  if (rows.length === 0) return []
  return ['## Looked at, and not announced', table(['night', 'series', 'reason', 'what was seen'], rows)]
}
