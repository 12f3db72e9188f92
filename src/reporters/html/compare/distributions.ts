import type { Sample, Warmth } from '../../../records/index.ts'
import { quantile } from '../../../statistics/index.ts'
import { formatQuantity } from '../../figures.ts'
import { cumulative } from '../cumulative.ts'
import { type ChartSeries, chart, html, type Markup, table } from '../kit/index.ts'
import { type CompareView, sidesOf } from './view.ts'

const MEASURES = {
  coldStartMs: 'cold start',
  ttftMs: 'time to the first token',
  tpotMs: 'time of each further token',
  e2eMs: 'whole answer',
} as const
type Measure = keyof typeof MEASURES

const WARMTHS: Readonly<Record<Warmth, string>> = {
  cold: 'Cold: the first answer of each start',
  warm: 'Warm: after the warm-up, one request at a time',
  steady: 'Steady: under the stated load',
}

/** Both runs' answers as cumulative curves, cold, warm and steady apart. */
export function distributions(view: CompareView): Markup {
  const gone = sidesOf(view).filter(([, { run }]) => run === undefined)
  return html`<p>Each curve shows the share of answers that took at most so long: the curve further right is the slower run. The unit of the verdict is the start, shown first.</p>
${gone.map(([name]) => html`<p>The answers of the ${name} are not shown, because the folder of its run is gone: the history kept what each start came to.</p>`)}
${(['cold', 'warm', 'steady'] as const).map((warmth) => ofWarmth(view, warmth))}`
}

function ofWarmth(view: CompareView, warmth: Warmth): Markup {
  const charts = (Object.keys(MEASURES) as Measure[]).flatMap(
    (measure) => curveOf(view, warmth, measure) ?? [],
  )
  if (charts.length === 0)
    return html`<h3>${WARMTHS[warmth]}</h3><p class="soft">Not measured, because neither run kept a ${warmth} answer.</p>`
  return html`<h3>${WARMTHS[warmth]}</h3><div class="beside">${charts}</div>`
}

function curveOf(view: CompareView, warmth: Warmth, measure: Measure): Markup | undefined {
  const sides = sidesOf(view).map(
    ([name, { run }]) => [name, timesOf(run?.samples ?? [], warmth, measure)] as const,
  )
  if (sides.every(([, times]) => times.length === 0)) return undefined
  const { at, shares } = cumulative(sides.map(([, times]) => times))
  const series = sides.map(
    ([name, times], index): ChartSeries => ({
      label: `${name}, n = ${times.length}`,
      unit: '% of answers',
      values: times.length === 0 ? at.map(() => null) : (shares[index] ?? []),
      style: 'steps',
    }),
  )
  const title = `${MEASURES[measure]}, ${warmth}`
  return chart(
    {
      ...{ id: `${warmth}-${measure}`, title, says: saysOf(title, sides) },
      x: { label: `${measure}, ms`, values: at },
      series,
    },
    figuresOf(title, sides),
  )
}

type Side = readonly [name: string, times: readonly number[]]

const timesOf = (samples: readonly Sample[], warmth: Warmth, measure: Measure): readonly number[] =>
  samples
    .filter(
      (one) =>
        one.warmth === warmth &&
        one.outcome === 'completed' &&
        !one.warmUp &&
        (one.phase === undefined || one.phase === 'steady'),
    )
    .flatMap((one) => one[measure] ?? [])
    .toSorted((a, b) => a - b)

const saysOf = (title: string, sides: readonly Side[]): string =>
  `${title}: ${sides
    .map(([name, times]) =>
      times.length === 0
        ? `${name} not measured`
        : `${name} median ${formatQuantity(quantile(times, 0.5), 'ms')} of ${times.length}`,
    )
    .join('; ')}`

const QUANTILES = [0, 0.25, 0.5, 0.9, 0.99, 1]

/** A tail that so few answers do not hold is no figure. */
const isHeld = (share: number, n: number): boolean => share === 1 || share <= 0.5 || n * (1 - share) >= 1

const figuresOf = (title: string, sides: readonly Side[]): Markup =>
  table(
    title,
    [
      { title: 'run' },
      ...['n', 'least', 'P25', 'P50', 'P90', 'P99', 'most'].map((name) => ({
        title: name,
        isNumber: true as const,
      })),
    ],
    sides.map(([name, times]) => [
      name,
      times.length,
      ...QUANTILES.map((share) =>
        times.length === 0 || !isHeld(share, times.length)
          ? '–'
          : formatQuantity(quantile(times, share), 'ms'),
      ),
    ]),
  )
