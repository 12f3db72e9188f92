import type { Night, Segment } from '../../../records/index.ts'
import { countOf } from '../../figures.ts'
import {
  dayOf,
  isEvidence,
  nameOf,
  referenceValues,
  type SeriesView,
  shown,
  signedShare,
  unitOf,
} from '../../trend/view.ts'
import { type ChartMark, type ChartSeries, chart, type Markup, table } from '../kit/index.ts'
import type { PlacedSeries } from './places.ts'
import type { Setting } from './settings.ts'

/** More lines than this with a name each hide the nights: the list below the picture has them all. */
const MOST_NAMED = 6

/** The nights of a series, its levels, where they moved, and beside them the reference target and what was set anew. */
export function nightsChart({ id, view }: PlacedSeries, settings: readonly Setting[]): Markup {
  const { trend, nights } = view
  const { metric } = trend.series
  return chart(
    {
      ...{ id, title: `${nameOf(trend.series)}, night by night`, says: saysOf(view), isFitted: true },
      x: { label: 'night, UTC', values: nights.map(({ at }) => secondsOf(at)), kind: 'time' },
      series: seriesOf(view),
      marks: marksOf(view, settings),
      bands: trend.changes.map(({ between: [from, to], effect }) => ({
        from: secondsOf(from),
        to: secondsOf(to),
        label: `${signedShare(effect)} began in here`,
      })),
      heightPx: 320,
    },
    table(
      `${nameOf(trend.series)}, newest first`,
      [
        { title: 'night' },
        { title: metric, isNumber: true },
        { title: 'reference', isNumber: true },
        { title: 'verdict' },
        { title: 'run' },
      ],
      nights
        .toReversed()
        .map((night) => [
          dayOf(night.at),
          Number.isFinite(night.value) ? shown(night.value, metric) : 'not measured',
          night.reference === undefined ? '–' : shown(night.reference, metric),
          isEvidence(night) ? night.verdict : `${night.verdict}, ${night.state}: it does not count`,
          night.runId,
        ]),
    ),
  )
}

/** The picture in figures; what is concluded from it stands above it. */
function saysOf({ trend: { series, nights, used, accepted, current } }: SeriesView): string {
  const levels = [
    ...(accepted ? [`accepted level ${shown(accepted.level, series.metric)}`] : []),
    ...(current ? [`level now ${shown(current.level, series.metric)}`] : []),
  ]
  return [`${countOf(nights, 'night')}, of which ${used} count`, ...levels].join('; ')
}

export const secondsOf = (at: string): number => Date.parse(at) / 1_000

function seriesOf(view: SeriesView): readonly ChartSeries[] {
  const { trend, nights } = view
  const unit = unitOf(trend.series.metric)
  const valuesWhere = (is: (night: Night) => boolean) =>
    nights.map((night) => (is(night) && Number.isFinite(night.value) ? rounded(night.value) : null))
  const left = valuesWhere((night) => !isEvidence(night))
  const references = referenceValues(view).map((value) => (value === undefined ? null : rounded(value)))
  const { accepted, current } = trend
  const isSame = accepted && current && accepted.from === current.from
  const level = (label: string, segment: Segment, tone: ChartSeries['tone']): ChartSeries => ({
    ...{ label, unit, ...(tone && { tone }) },
    values: nights.map((_, index) =>
      index >= segment.from && index <= segment.to ? rounded(segment.level) : null,
    ),
  })
  const hasAny = (values: readonly (number | null)[]) => values.some((value) => value !== null)
  return [
    {
      label: 'nights that count',
      unit,
      values: valuesWhere(isEvidence),
      style: 'points',
      tone: toneOf(view),
    },
    ...(hasAny(left)
      ? [{ label: 'do not count', unit, values: left, style: 'points', tone: 'muted' } as const]
      : []),
    ...(accepted ? [level(isSame ? 'accepted level, and now' : 'accepted level', accepted, undefined)] : []),
    ...(current && !isSame ? [level('level now', current, 'bad')] : []),
    ...(hasAny(references)
      ? [
          {
            label: 'reference target, moved to this height',
            unit,
            values: references,
            tone: 'muted',
          } as const,
        ]
      : []),
  ]
}

const toneOf = ({ trend }: SeriesView) => trend.series.warmth

/** More digits than any night knows only make the page longer. */
const rounded = (value: number): number => Number(value.toPrecision(5))

/** Where the level moved, with what was set anew that night; and the other nights on which something was. */
function marksOf({ trend }: SeriesView, settings: readonly Setting[]): readonly ChartMark[] {
  const named = settings.length <= MOST_NAMED ? settings : []
  const changes = trend.changes.map(({ at, effect, direction, status }): ChartMark => {
    const beside = named.find((setting) => setting.at === at)
    const words = [
      signedShare(effect),
      ...(status === 'accepted' ? ['accepted'] : []),
      ...(beside?.names ?? []),
    ]
    const tone = direction === 'worse' && status === 'open' ? 'bad' : 'muted'
    return { axis: 'x', at: secondsOf(at), label: words.join(', '), tone }
  })
  const rest = named.filter(({ at }) => !trend.changes.some((change) => change.at === at))
  return [
    ...changes,
    ...rest.map(
      ({ at, names }): ChartMark => ({
        axis: 'x',
        at: secondsOf(at),
        label: names.join(', '),
        tone: 'muted',
      }),
    ),
  ]
}
