import type { Measurement, Unit } from '../records/index.ts'

/** Milliseconds as a person reads them: `850 ms`, `12.3 s`, `4 min 10 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${significant(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  // Rounded to seconds first, or 119,600 ms would read as 1 min 60 s.
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A value in its own unit; the unit is never changed, so that two reports can be compared by eye. */
export const formatQuantity = (value: number, unit: Unit): string =>
  unit === 'count' || unit === 'ratio' ? significant(value) : `${significant(value)} ${unit}`

/** The 95 % interval of a measurement, or why there is none. */
export const formatInterval = ({ low, high, unit }: Measurement): string =>
  low === undefined || high === undefined
    ? 'too few for one'
    : `${significant(low)} to ${formatQuantity(high, unit)}`

/** Three significant digits below 100, whole numbers above: more would claim a precision that no run has. */
export const significant = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))

/** `1 check`, `2 checks`. */
export const countOf = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

/** `2026-11-27 02:01:29 UTC`: two runs may be seconds apart. */
export const momentOf = (at: string): string => `${at.slice(0, 19).replace('T', ' ')} UTC`

/** A rate to two digits: `3.1 %`. */
export const formatRate = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
