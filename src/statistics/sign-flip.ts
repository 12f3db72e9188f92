import assert from 'node:assert/strict'
import { createRandom } from '../random.ts'
import { median } from './quantile.ts'

/** All 2ⁿ flips of so many pairs are looked at, of more a random part. */
const MOST_EXACT = 13
const RANDOM_FLIPS = 9_999
/** A difference counts as at most this many times the median size, so that one stall does not hide the rest. */
const MOST_TIMES = 2

/** One metric: its difference in each pair; undefined where the pair has none. */
export type Differences = readonly (number | undefined)[]

/**
 * P of "this metric's differences are above 0", adjusted for the family of metrics: the step-down max-T procedure (Westfall & Young 1993,
 * Resampling-Based Multiple Testing, algorithm 2.8; Romano & Wolf 2005, JASA 100) over sign flips. Under "both arms are alike" a fair
 * coin chose the sign of each pair, and of all its metrics together; so the family-wise level is exact whatever the
 * metrics' distribution, their dependence, and the drift from pair to pair.
 *
 * The statistic of a metric is Σψ(dᵢ)/√Σψ(dᵢ)², ψ(d) = d held within ± twice the median of |d|: an odd function whose scale no flip changes.
 * All 2ⁿ flips up to 13 pairs; beyond, 9,999 random ones and the observed one: p = (1 + b)/(1 + 9,999) (Phipson & Smyth 2010).
 */
export function signFlip(metrics: readonly Differences[], seed = 'sign-flip'): readonly number[] {
  const n = metrics[0]?.length ?? 0
  for (const one of metrics) assert(one.length === n, 'the metrics are of different numbers of pairs')
  const rows = metrics.map(scoresOf)
  const observed = rows.map((row) => row.reduce((sum, one) => sum + one, 0))
  const order = observed.map((_, m) => m).toSorted((a, b) => (observed[b] ?? 0) - (observed[a] ?? 0))
  const tally = new Tally(order.map((m) => observed[m] ?? 0))
  const ordered = order.map((m) => rows[m] ?? new Float64Array(n))
  if (n <= MOST_EXACT) allFlips(ordered, n, tally)
  else randomFlips(ordered, n, seed, tally)
  let largest = 0
  const adjusted: number[] = []
  for (const [place, m] of order.entries()) {
    largest = Math.max(largest, tally.share(place))
    adjusted[m] = largest
  }
  return adjusted
}

/** How often the largest statistic of the metrics from each place on reached the observed one. */
class Tally {
  readonly #observed: readonly number[]
  readonly #counts: number[]
  #flips = 0

  constructor(observed: readonly number[]) {
    // Sums in another order differ in the last bits.
    this.#observed = observed.map((one) => one - 1e-9)
    this.#counts = observed.map(() => 0)
  }

  add(statistics: Float64Array): void {
    this.#flips++
    let largest = Number.NEGATIVE_INFINITY
    for (let place = statistics.length - 1; place >= 0; place--) {
      largest = Math.max(largest, statistics[place] ?? 0)
      if (largest >= (this.#observed[place] ?? 0)) this.#counts[place] = (this.#counts[place] ?? 0) + 1
    }
  }

  share(place: number): number {
    return (this.#counts[place] ?? 0) / this.#flips
  }
}

function scoresOf(differences: Differences): Float64Array {
  const sizes = differences.flatMap((one) => (one === undefined ? [] : Math.abs(one)))
  const most = sizes.length === 0 ? 0 : MOST_TIMES * median(sizes)
  // More than half are zeros: nothing is clipped.
  const limit = most > 0 ? most : Number.POSITIVE_INFINITY
  const scores = Float64Array.from(differences, (one) => Math.max(-limit, Math.min(limit, one ?? 0)))
  const norm = Math.sqrt(scores.reduce((sum, one) => sum + one ** 2, 0))
  return norm === 0 ? scores : scores.map((one) => one / norm)
}

/** In the order of a Gray code (F. Gray 1953): each flip differs from the one before in one pair. */
function allFlips(rows: readonly Float64Array[], n: number, tally: Tally): void {
  const signs = new Int8Array(n).fill(1)
  const statistics = Float64Array.from(rows, (row) => row.reduce((sum, one) => sum + one, 0))
  tally.add(statistics)
  for (let flip = 1; flip < 2 ** n; flip++) {
    const pair = 31 - Math.clz32(flip & -flip)
    const sign = -(signs[pair] ?? 1)
    signs[pair] = sign
    for (const [m, row] of rows.entries()) statistics[m] = (statistics[m] ?? 0) + 2 * sign * (row[pair] ?? 0)
    tally.add(statistics)
  }
}

/** Pairs of which each way to sign them is added up once. */
const CHUNK = 10
/** Pairs whose signs one draw gives. */
const DRAWN = 3 * CHUNK

function randomFlips(rows: readonly Float64Array[], n: number, seed: string, tally: Tally): void {
  const random = createRandom(seed)
  const chunks = Array.from({ length: Math.ceil(n / CHUNK) }, (_, chunk) =>
    rows.map((row) => sumsOf(row.subarray(CHUNK * chunk, CHUNK * (chunk + 1)))),
  )
  const statistics = new Float64Array(rows.length)
  tally.add(Float64Array.from(rows, (row) => row.reduce((sum, one) => sum + one, 0)))
  for (let flip = 0; flip < RANDOM_FLIPS; flip++) {
    statistics.fill(0)
    let bits = 0
    for (let chunk = 0; chunk < chunks.length; chunk++) {
      if ((chunk * CHUNK) % DRAWN === 0) bits = random.integer(0, 2 ** DRAWN - 1)
      const sums = chunks[chunk] ?? []
      for (let m = 0; m < sums.length; m++) {
        const own = sums[m] ?? new Float64Array(1)
        statistics[m] = (statistics[m] ?? 0) + (own[bits & (own.length - 1)] ?? 0)
      }
      bits >>>= CHUNK
    }
    tally.add(statistics)
  }
}

/** Of each way to sign the scores: a bit that is set keeps one, one that is not turns it round. */
function sumsOf(scores: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** scores.length)
  sums[0] = -scores.reduce((sum, one) => sum + one, 0)
  for (let bits = 1; bits < sums.length; bits++) {
    const lowest = bits & -bits
    sums[bits] = (sums[bits ^ lowest] ?? 0) + 2 * (scores[31 - Math.clz32(lowest)] ?? 0)
  }
  return sums
}
