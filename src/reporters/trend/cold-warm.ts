import type { SeriesView } from './view.ts'

/** The cold start and what a warm answer takes, of one service: what the origin of infergate lost sight of. */
export type ColdWarm = { readonly cold: SeriesView; readonly warm: SeriesView }

/** Undefined where one of the two was not measured. */
export function coldWarmOf(series: readonly SeriesView[]): ColdWarm | undefined {
  const of = (metric: string, warmth: string) =>
    series.find(({ trend }) => trend.series.metric === metric && trend.series.warmth === warmth)
  const [cold, warm] = [of('coldStartMs', 'cold'), of('e2eMsP50', 'warm')]
  return cold && warm && { cold, warm }
}
