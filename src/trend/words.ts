import type { AttributeChange, SeriesKey } from '../records/index.ts'

/** Larger is worse, but for what is counted by the second. */
export const isWorse = (metric: string, difference: number): boolean =>
  /PerSecond|goodput/i.test(metric) ? difference < 0 : difference > 0

export const nameOf = ({ targetName, scenario, metric, warmth }: SeriesKey): string =>
  `${metric} (${warmth}) of ${targetName}${scenario === '' ? '' : `, ${scenario}`}`

/** The day of an ISO 8601 time. */
export const dayOf = (at: string): string => at.slice(0, 10)

/** A fraction as a percentage. */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`

export const unitOf = (metric: string): string =>
  /Ms(P\d+)?$/.test(metric) ? ' ms' : /PerSecond$/.test(metric) ? '/s' : ''

/** Four digits are more than any night knows. */
export const figure = (value: number, metric: string): string =>
  `${Number(value.toPrecision(4))}${unitOf(metric)}`

export const changeText = ({ name, before, after }: AttributeChange): string =>
  `${name}: ${before} → ${after}`
