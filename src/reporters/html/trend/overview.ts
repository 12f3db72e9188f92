import type { Incident, SeriesKey } from '../../../records/index.ts'
import { coldWarmOf } from '../../trend/cold-warm.ts'
import { coldWarmTable } from '../../trend/tables.ts'
import {
  dayOf,
  isEvidence,
  nameOf,
  type SeriesView,
  shown,
  signedShare,
  type TrendView,
  unitOf,
} from '../../trend/view.ts'
import { type Content, chart, html, type Markup, table } from '../kit/index.ts'
import { secondsOf } from './nights-chart.ts'
import { explainedMoves, openChange, type PlacedSeries } from './places.ts'
import { spark } from './spark.ts'

type Places = ReadonlyMap<string, readonly PlacedSeries[]>

/** What moved, then every service with cold beside warm and a line for each of its series, the worst first. */
export const overview = ({ incidents }: TrendView, places: Places): Markup => html`<h2>What moved</h2>
${incidents.length > 0 ? html`<ol>${incidents.map((incident) => incidentOf(incident, places))}</ol>` : html`<p>Nothing that is not accepted.</p>`}
${[...places].map(([place, series], index) => placeOf(place, series, index))}`

function incidentOf({ sentence, members }: Incident, places: Places): Markup {
  const links = members.flatMap(({ series }) => {
    const id = idOf(series, places)
    return id === undefined ? [] : [html`<a href="#series=${id}">${series.targetName}, ${nameOf(series)}</a>`]
  })
  return html`<li>${sentence}<br>${links.map((link, index) => html`${index > 0 && ' · '}${link}`)}</li>`
}

const idOf = (key: SeriesKey, places: Places): string | undefined =>
  [...places.values()].flat().find(({ view }) => view.trend.series === key)?.id

function placeOf(place: string, series: readonly PlacedSeries[], index: number): Markup {
  const pair = coldWarmOf(series.map(({ view }) => view))
  return html`<h2>${place}</h2>${table(
    `The series of ${place}, the worst first`,
    [
      ...['series', 'course', 'state'].map((title) => ({ title })),
      ...['change', '95 % interval', 'since', 'now', 'accepted', 'nights', 'not announced'].map((title) => ({
        title,
        isNumber: true as const,
      })),
    ],
    series.map(rowOf),
  )}${pair && coldBesideWarm(place, pair.cold, pair.warm, index)}`
}

const NONE = '–'
const STATE = { steady: 'steady', changed: 'moved', 'too-few': 'too few nights' } as const

function rowOf({ id, view }: PlacedSeries): readonly Content[] {
  const { trend } = view
  const { metric } = trend.series
  const change = openChange(view)
  const look = change ? (change.direction === 'worse' ? 'worse' : 'kept') : 'absent'
  return [
    html`<a href="#series=${id}">${nameOf(trend.series)}</a>`,
    spark(view),
    html`<span class="said said-${look}">${STATE[trend.state]}${change && `, ${change.direction}`}</span>${explained(view)}`,
    change ? signedShare(change.effect) : NONE,
    change ? `${signedShare(change.low)} to ${signedShare(change.high)}` : NONE,
    change ? dayOf(change.at) : NONE,
    trend.current ? shown(trend.current.level, metric) : NONE,
    trend.accepted ? shown(trend.accepted.level, metric) : NONE,
    trend.used === trend.nights ? String(trend.nights) : `${trend.used} of ${trend.nights}`,
    trend.dismissed.length === 0 ? NONE : String(trend.dismissed.length),
  ]
}

/** The level is another one and nobody is told: why. */
function explained(view: SeriesView): Markup | undefined {
  const last = explainedMoves(view).at(-1)
  return (
    last &&
    html`<br><span class="soft aside">moved by ${last.reason} on ${dayOf(last.at)}, not announced</span>`
  )
}

/** A warm answer that comes near to a cold start is one that loads again. */
function coldBesideWarm(place: string, cold: SeriesView, warm: SeriesView, index: number): Markup {
  const { head, rows } = coldWarmTable({ cold, warm })
  return html`<h3>Cold beside warm</h3>${table(
    `Cold start and warm answers of ${place}`,
    head.map((title, column) => ({
      title: title || 'level',
      ...(column > 0 && { isNumber: true as const }),
    })),
    rows.filter(([name]) => name !== 'course'),
  )}<div class="beside">${courseChart(`cold-${index}`, `Cold start of ${place}`, cold)}${courseChart(`warm-${index}`, `Warm answers of ${place}`, warm)}</div>`
}

function courseChart(id: string, title: string, { nights, trend }: SeriesView): Markup {
  const { metric, warmth } = trend.series
  const counted = nights.filter(isEvidence)
  return chart(
    {
      ...{ id, title, heightPx: 180, says: `${title}: ${trend.sentence}` },
      x: { label: 'night, UTC', values: counted.map(({ at }) => secondsOf(at)), kind: 'time' },
      series: [
        {
          label: nameOf(trend.series),
          unit: unitOf(metric),
          tone: warmth,
          values: counted.map(({ value }) => Number(value.toPrecision(5))),
        },
      ],
    },
    html`<p>Each night stands in the numbers of its series.</p>`,
  )
}
