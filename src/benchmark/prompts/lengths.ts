import { HarnessError } from '../../errors.ts'
import type { Random } from '../../random.ts'

/**
 * How long something is, in whole tokens, `low` and `high` included. `mean` and `deviation` are of the lengths themselves, also
 * of `lognormal`, before they are held within the bounds.
 */
export type Lengths =
  | { readonly kind: 'fixed'; readonly low: number; readonly high: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | {
      readonly kind: 'normal' | 'lognormal'
      readonly mean: number
      readonly deviation: number
      readonly low: number
      readonly high: number
    }

/** Beyond the context of any model there is. */
const MOST = 10_000_000
/** Where no bounds are given, this many standard deviations above the mean is the highest. */
const SPREAD = 4
/** A draw outside the bounds is drawn again: the shape within them stays. */
const TRIES = 1_000

export const LENGTHS_HELP = 'N, uniform:64-256, normal:MEAN,SD or lognormal:MEAN,SD; add :MIN-MAX for bounds'

/** `128`, `uniform:64-256`, `normal:128,32`, `lognormal:128,64:16-512`. Throws `usage`, naming `what`. */
export function parseLengths(text: string, what: string): Lengths {
  const refuse = (reason: string): never => {
    throw new HarnessError('usage', `${what} ${JSON.stringify(text)}: ${reason}. Write ${LENGTHS_HELP}.`)
  }
  const whole = (digits: string): number => {
    const value = Number(digits)
    if (value < 1 || value > MOST)
      refuse(`${digits} is not between 1 and ${MOST.toLocaleString('en')} tokens`)
    return value
  }
  const range = (low = '', high = '') => {
    const bounds = { low: whole(low), high: whole(high) }
    if (bounds.low > bounds.high) refuse(`${low} is more than ${high}`)
    return bounds
  }
  const [, kind, mean = '', deviation = '', low, high] = SHAPED.exec(text) ?? []
  if (kind === 'normal' || kind === 'lognormal') {
    const spread = { mean: whole(mean), deviation: Number(deviation) }
    if (spread.deviation > MOST) refuse(`${deviation} is no standard deviation`)
    const bounds = low === undefined ? { low: 1, high: highest(kind, spread) } : range(low, high)
    if (spread.mean < bounds.low || spread.mean > bounds.high) refuse('its mean is outside its bounds')
    return { kind, ...spread, ...bounds }
  }
  const [, from, to] = /^uniform:(\d+)-(\d+)$/.exec(text) ?? []
  if (from !== undefined) return { kind: 'uniform', ...range(from, to) }
  if (!/^\d+$/.test(text)) refuse('it is no number of tokens')
  return { kind: 'fixed', ...range(text, text) }
}

const SHAPED = /^(normal|lognormal):(\d+),(\d+)(?::(\d+)-(\d+))?$/

type Spread = { readonly mean: number; readonly deviation: number }

function highest(kind: 'normal' | 'lognormal', spread: Spread): number {
  const { mu, sigma } = logOf(spread)
  const bound = kind === 'normal' ? spread.mean + SPREAD * spread.deviation : Math.exp(mu + SPREAD * sigma)
  return Math.min(MOST, Math.ceil(bound))
}

/**
 * The logarithm of a lognormal length has the variance ln(1 + (deviation/mean)²) and the mean ln(mean) − variance/2
 * (Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 1, chapter 14).
 */
function logOf({ mean, deviation }: Spread): { readonly mu: number; readonly sigma: number } {
  const variance = Math.log1p((deviation / mean) ** 2)
  return { mu: Math.log(mean) - variance / 2, sigma: Math.sqrt(variance) }
}

/** One length, rounded to a whole number. Equal draws of `random` give equal lengths. */
export function drawLength(lengths: Lengths, random: Random): number {
  const { low, high } = lengths
  if (lengths.kind === 'fixed' || lengths.kind === 'uniform') return random.integer(low, high)
  const { mu, sigma } = logOf(lengths)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const z = standardNormal(random)
    const length = Math.round(
      lengths.kind === 'normal' ? lengths.mean + lengths.deviation * z : Math.exp(mu + sigma * z),
    )
    if (length >= low && length <= high) return length
  }
  return Math.min(high, Math.max(low, lengths.mean))
}

/** Box & Muller (1958): √(−2 ln u) · cos(2πv). `next` may be 0, whose logarithm is none. */
const standardNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
