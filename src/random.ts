import { randomInt } from 'node:crypto'

/** Chance is an argument. Only this leaf draws; everything else is handed a `Random`. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T
  /** Lower-case letters and digits: a marker that no model says by chance (36^length values). */
  marker(length: number): string
}

/** A fresh seed to print beside the run, so that the run can be repeated. */
export const freshSeed = (): number => randomInt(0, 2 ** 32)

/** A marker that was never drawn before: where something must not be known already, in this run or an earlier one. */
export const freshMarker = (): string => createRandom(freshSeed()).marker(8)

/** Deterministic stream for one seed. sfc32 (C. Doty-Humphrey, PractRand), seeded by FNV-1a of the text of the seed. */
export function createRandom(seed: number | string): Random {
  let [a, b, c, counter] = [hash(`a${seed}`), hash(`b${seed}`), hash(`c${seed}`), 1]
  const draw = (): number => {
    const result = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + result) | 0
    return result >>> 0
  }
  // sfc32 wants its state mixed before use: nearby seeds would otherwise start alike.
  for (let i = 0; i < 12; i++) draw()
  const integer = (low: number, high: number) => low + Math.floor((draw() / 2 ** 32) * (high - low + 1))
  return {
    next: () => draw() / 2 ** 32,
    integer,
    pick: (items) => items[integer(0, items.length - 1)] as (typeof items)[number],
    marker: (length) => Array.from({ length }, () => ALPHABET[integer(0, ALPHABET.length - 1)]).join(''),
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}

/** Uniform in (0, 1), 52 bits of resolution, never an end: its logarithm is finite. */
export const uniform = (random: Random): number => {
  const high = Math.floor(random.next() * 2 ** 26)
  return (high * 2 ** 26 + Math.floor(random.next() * 2 ** 26) + 0.5) / 2 ** 52
}

/** Exponential of mean 1, by inversion. */
export const exponential = (random: Random): number => -ln(uniform(random))

/** Normal of mean 0 and variance 1: the polar method of Marsaglia & Bray (1964), SIAM Review 6(3), of whose two values one is used. */
export function normal(random: Random): number {
  for (;;) {
    const x = 2 * uniform(random) - 1
    const y = 2 * uniform(random) - 1
    const s = x * x + y * y
    if (s < 1) return x * Math.sqrt((-2 * ln(s)) / s)
  }
}

/**
 * Gamma of this shape and scale 1, so that its mean and its variance are the shape. Marsaglia & Tsang (2000), "A Simple Method
 * for Generating Gamma Variables", ACM TOMS 26(3); for a shape below 1, as they say, the draw
 * of shape + 1 times U^(1/shape).
 */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * exp(-exponential(random) / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const root = 1 + c * x
    if (root <= 0) continue
    const v = root * root * root
    if (ln(uniform(random)) < (x * x) / 2 + d - d * v + d * ln(v)) return d * v
  }
}

/**
 * The natural logarithm from operations that IEEE 754 rounds exactly, within a few units in the last place. `Math.log` may differ
 * between processors in the last bit, and a seed must give the same draws on all of them.
 * x = m·2^k with m in [√½, √2); ln m = 2 artanh((m − 1) / (m + 1)), whose series gains a decimal and a half with each term.
 */
function ln(x: number): number {
  let [m, k] = [x, 0]
  while (m < Math.SQRT1_2) [m, k] = [m * 2, k - 1]
  while (m >= Math.SQRT2) [m, k] = [m / 2, k + 1]
  const s = (m - 1) / (m + 1)
  const square = s * s
  let sum = 0
  for (let term = 23; term >= 1; term -= 2) sum = sum * square + 1 / term
  return 2 * s * sum + k * Math.LN2
}

/** The exponential function of x ≤ 0 from the same operations: x = r − k ln 2 with r in (−ln 2, 0], the series of e^r, halved k times. */
function exp(x: number): number {
  const k = Math.floor(-x / Math.LN2)
  // Below the smallest number there is.
  if (k > 1100) return 0
  const r = x + k * Math.LN2
  let sum = 1
  for (let term = 18; term >= 1; term--) sum = 1 + (sum * r) / term
  for (let halved = 0; halved < k; halved++) sum /= 2
  return sum
}
