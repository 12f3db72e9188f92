import type { RateStage } from '../../records/index.ts'

/** What a user types after a flag; each of these gives undefined for what cannot be meant. */

/** Requests a second: more than one client process can send. */
export const MOST_RATE = 100_000
export const MOST_CONCURRENCY = 10_000
const MOST_STEPS = 100

export const numberOf = (text: string): number | undefined =>
  /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined

/** A number above 0, up to a bound. */
export function positiveOf(text: string, most: number): number | undefined {
  const value = numberOf(text)
  return value !== undefined && value > 0 && value <= most ? value : undefined
}

export function wholeOf(text: string, most: number): number | undefined {
  const value = Number(text)
  return /^\d+$/.test(text.trim()) && value >= 1 && value <= most ? value : undefined
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const DAY_MS = 86_400_000

/** `90`, `90s`, `1.5m`, `500ms`: seconds unless a unit is named. In milliseconds, from 0 to a day. */
export function timeOf(text: string): number | undefined {
  const { number = '', unit = 's' } = /^(?<number>.*?)(?<unit>ms|s|m|h)?$/.exec(text.trim())?.groups ?? {}
  const ms = (numberOf(number) ?? Number.NaN) * (UNITS_MS[unit] ?? Number.NaN)
  return ms >= 0 && ms <= DAY_MS ? ms : undefined
}

/** A time that something can last. */
export const durationOf = (text: string): number | undefined => timeOf(text) || undefined

/** `5:20`; one end may be 0. */
export function rampOf(text: string): { readonly from: number; readonly to: number } | undefined {
  const [from, to, ...others] = text.split(':').map(rateOf)
  return from === undefined || to === undefined || others.length > 0 || from + to === 0
    ? undefined
    : { from, to }
}

/** `5@30s,5:20@60s,0@10s`: a rate held, a ramp, a pause. */
export function stageListOf(text: string): readonly RateStage[] | undefined {
  const stages = listOf(text, stageOf)
  return stages?.some(({ from, to }) => from + to > 0) ? stages : undefined
}

export const ladderOf = (text: string): readonly number[] | undefined =>
  listOf(text, (rung) => wholeOf(rung, MOST_CONCURRENCY))

function stageOf(text: string): RateStage | undefined {
  const [rates = '', duration = '', ...others] = text.split('@')
  const [durationMs, held] = [durationOf(duration), rateOf(rates)]
  const ends = held === undefined ? rampOf(rates) : { from: held, to: held }
  return ends && durationMs !== undefined && others.length === 0 ? { ...ends, durationMs } : undefined
}

/** 0 or more, as one end of a ramp and a pause are. */
function rateOf(text: string): number | undefined {
  const value = numberOf(text)
  return value !== undefined && value >= 0 && value <= MOST_RATE ? value : undefined
}

function listOf<T>(text: string, parse: (item: string) => T | undefined): readonly T[] | undefined {
  const items = text.split(',').map(parse)
  const good = items.filter((item) => item !== undefined)
  return good.length === items.length && good.length <= MOST_STEPS ? good : undefined
}
