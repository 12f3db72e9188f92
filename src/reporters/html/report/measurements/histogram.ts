export type Bin = { readonly from: number; readonly to: number; readonly count: number }
export type Histogram = {
  readonly bins: readonly Bin[]
  /** Equal ratios in place of equal widths: where the largest value is many times the smallest. */
  readonly isLog: boolean
}

const [LEAST_BINS, MOST_BINS] = [8, 60]
/** From this ratio on, bins of one width would put nearly all values into the first of them. */
const WIDE = 10
/** Values below this share of the largest are counted in the first bin. */
const FLOOR = 1 / 100_000

/** Every value in one bin; 2·∛n bins (the Rice rule). */
export function histogramOf(values: readonly number[]): Histogram {
  const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY)
  const most = values.reduce((high, value) => Math.max(high, value), 0)
  const count = Math.min(MOST_BINS, Math.max(LEAST_BINS, Math.round(2 * Math.cbrt(values.length))))
  const isLog = most > WIDE * least
  const low = isLog ? Math.max(least, most * FLOOR) : least
  const width = isLog ? Math.log(most / low) / count : (most - low) / count
  if (!(width > 0)) return { bins: [{ from: least, to: most, count: values.length }], isLog: false }
  const edge = (at: number): number => (isLog ? low * Math.exp(at * width) : low + at * width)
  const counts = new Array<number>(count).fill(0)
  for (const value of values) {
    const at = (isLog ? Math.log(Math.max(value, low) / low) : value - low) / width
    const bin = Math.min(count - 1, Math.floor(at))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { bins: counts.map((n, at) => ({ from: edge(at), to: edge(at + 1), count: n })), isLog }
}
