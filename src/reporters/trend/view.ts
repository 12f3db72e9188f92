import type { Acceptance, Incident, Night, SeriesKey, SeriesTrend, Unit } from '../../records/index.ts'
import { median } from '../../statistics/index.ts'
import { formatQuantity } from '../figures.ts'

/** One series: its nights, oldest first, what they say, and which levels somebody accepted. */
export type SeriesView = {
  readonly trend: SeriesTrend
  readonly nights: readonly Night[]
  readonly acceptances?: readonly Acceptance[]
}

/** What `trend` shows. */
export type TrendView = { readonly series: readonly SeriesView[]; readonly incidents: readonly Incident[] }

/** The unit of a metric: it stands in the name. */
export function unitOf(metric: string): Unit {
  if (/Ms(?:P\d+)?$/.test(metric)) return 'ms'
  if (/TokensPerSecond/.test(metric)) return 'tokens/s'
  if (/PerSecond|goodput/.test(metric)) return 'requests/s'
  return /^(?:coldStarts|warmSamples)$/.test(metric) ? 'count' : 'ratio'
}

export const shown = (value: number, metric: string): string => formatQuantity(value, unitOf(metric))

/** `2026-03-02` */
export const dayOf = (at: string): string => at.slice(0, 10)

/** `+10 %`, `-3.2 %`: a fraction as a signed share. */
export function signedShare(fraction: number): string {
  const share = Number((100 * fraction).toPrecision(2))
  return `${share > 0 ? '+' : ''}${share} %`
}

/** `e2eMsP50 (warm)`, `ttftMsP50 (steady, 20 requests/s)`: a load is named, what each run measures is not. */
export const nameOf = ({ metric, warmth, scenario }: SeriesKey): string =>
  `${metric} (${warmth === 'steady' ? `${warmth}, ${scenario}` : warmth})`

/** `staging on NVIDIA A100` */
export const placeOf = ({ targetName, hardware }: SeriesKey): string => `${targetName} on ${hardware}`

/** Only a complete run with a value is evidence. */
export const isEvidence = ({ state, value }: Night): boolean => state === 'complete' && Number.isFinite(value)

/**
 * The reference target beside a series, moved to its height: what both do is the machine's. Undefined for nights without one.
 */
export function referenceValues({ nights }: SeriesView): readonly (number | undefined)[] {
  const both = nights.filter((night) => isEvidence(night) && night.reference !== undefined)
  if (both.length === 0) return nights.map(() => undefined)
  const factor =
    median(both.map(({ value }) => value)) / median(both.flatMap(({ reference }) => reference ?? []))
  return nights.map(({ reference }) => (reference === undefined ? undefined : reference * factor))
}

/** Series by target and hardware: cold and warm of one service stand together. */
export const byPlace = (series: readonly SeriesView[]): ReadonlyMap<string, readonly SeriesView[]> =>
  Map.groupBy(series, ({ trend }) => placeOf(trend.series))
