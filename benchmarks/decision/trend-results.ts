import type { Provenance } from './results.ts'
import type { Steps, Years } from './trend-run.ts'

/** What was simulated of one family of noise. */
export type FamilyResult = {
  readonly years: Years
  readonly steps: Steps
  /** The first of the same series. */
  readonly otava?: { readonly years: Years; readonly steps: Steps }
}

export type TrendResults = Provenance & {
  readonly otavaVersion?: string
  readonly families: Readonly<Record<string, FamilyResult>>
  /** By the size of the step, in the family iid. */
  readonly bySize: Readonly<Record<string, Steps>>
}

export const addYears = (a: Years, b: Years): Years => ({
  series: a.series + b.series,
  alarms: a.alarms + b.alarms,
  alarmed: a.alarmed + b.alarmed,
})

export const addSteps = (a: Steps, b: Steps): Steps => ({
  series: a.series + b.series,
  delays: [...a.delays, ...b.delays].toSorted((x, y) => x - y),
})

export const NO_YEARS: Years = { series: 0, alarms: 0, alarmed: 0 }
export const NO_STEPS: Steps = { series: 0, delays: [] }

/** Median over all series, a step that was not found being the longest; undefined where that is most of them. */
export const medianDelay = ({ series, delays }: Steps): number | undefined =>
  delays[Math.ceil(series / 2) - 1]

export const withinShare = ({ series, delays }: Steps, nights: number): number =>
  delays.filter((delay) => delay <= nights).length / series
