import type { Measurement, Verdict } from '../records/index.ts'
import { formatDuration, formatQuantity, significant } from './figures.ts'
import { padTo, widthOf } from './terminal/fit.ts'

/** A table as cells: the same in the report and on a terminal. */
export type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

const HEAD = ['metric', 'p50', 'p90', 'p99', 'n', '95 % interval', 'client error']
const QUANTILE = /^(.+)P(50|90|99)$/
const NONE = '–'

/**
 * Every number of a load in one table, a measure a line; a number without quantiles stands in the first column. The client's own
 * error stands beside each number that it is known for and is in none of them.
 */
export function loadTable({ measurements }: Pick<Verdict, 'measurements'>): Table | undefined {
  const steady = measurements.filter(({ warmth }) => warmth === 'steady')
  if (steady.length === 0) return undefined
  const names = new Set(steady.map(({ name }) => QUANTILE.exec(name)?.[1] ?? name))
  // Where each chunk is one token the two are the same, and one line says so.
  const isItl = names.delete('itlMs')
  return { head: HEAD, rows: [...names].map((name) => rowOf(name, steady, isItl)) }
}

function rowOf(name: string, steady: readonly Measurement[], isItl: boolean): readonly string[] {
  const alone = steady.find((one) => one.name === name)
  const of = (statistic: string) => steady.find((one) => one.name === `${name}${statistic}`)
  const [p50, p90, p99] = alone ? [alone] : [of('P50'), of('P90'), of('P99')]
  const [first = alone] = [p50, p90, p99].filter((one) => one !== undefined)
  const label = name === 'interChunkMs' && isItl ? 'interChunkMs (= ITL)' : name
  return [
    label,
    cellOf(p50),
    cellOf(p90),
    cellOf(p99),
    countOf(first),
    intervals({ p50, p99 }, alone),
    errors([p50, p90, p99]),
  ]
}

const cellOf = (one: Measurement | undefined): string => (one ? shown(one.value, one) : NONE)

const shown = (value: number, { unit }: Pick<Measurement, 'unit'>): string =>
  unit === 'ratio' ? significant(value) : formatQuantity(value, unit)

/** `400`, `400 (3 spoiled)`. */
const countOf = (one: Measurement | undefined): string =>
  one === undefined ? NONE : `${one.n}${one.spoiled === undefined ? '' : ` (${one.spoiled} spoiled)`}`

function intervals(
  quantiles: Readonly<Record<string, Measurement | undefined>>,
  alone: Measurement | undefined,
): string {
  const between = ({ low, high, ...one }: Measurement) =>
    low === undefined || high === undefined ? undefined : `${significant(low)} to ${shown(high, one)}`
  if (alone) return between(alone) ?? NONE
  const parts = Object.entries(quantiles).flatMap(([name, one]) => {
    const interval = one && between(one)
    return interval === undefined ? [] : [`${name} ${interval}`]
  })
  return parts.join(', ') || NONE
}

/** In the order of the columns before it. */
function errors(all: readonly (Measurement | undefined)[]): string {
  const known = all.filter((one) => one?.clientError !== undefined)
  if (known.length === 0) return NONE
  return all.map((one) => (one?.clientError === undefined ? NONE : shown(one.clientError, one))).join(', ')
}

/** What the service was judged for first: an answer that takes as long as a start loads again. Absent where no start was timed. */
export function coldWarmTable({ measurements }: Pick<Verdict, 'measurements'>): Table | undefined {
  const of = (name: string) => measurements.find((one) => one.name === name && one.warmth !== 'steady')
  const [cold, warm, ratio] = [of('coldStartMs'), of('e2eMsP50'), of('warmToCold')]
  if (!cold || !warm || !ratio) return undefined
  return {
    head: ['cold start', 'warm p50', 'warm / cold', 'starts', 'warm answers'],
    rows: [
      [
        ...[formatDuration(cold.value), formatDuration(warm.value), `${significant(100 * ratio.value)} %`],
        ...[String(cold.n), String(warm.n)],
      ],
    ],
  }
}

/** For a terminal: columns that stand below each other. */
export function alignTable({ head, rows }: Table): readonly string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))))
  return all.map((row) =>
    row
      .map((cell, column) => padTo(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
