import { Alphabet } from './alphabet.ts'
import { characters } from './char-set.ts'
import { refuse, unsatisfiable } from './constraint-error.ts'
import { type Decimal, toDecimal } from './decimal.ts'
import { type Dfa, exploreDfa } from './dfa.ts'
import { compileRegex } from './regex-dfa.ts'

export type Bound = { readonly value: number; readonly inclusive: boolean }

export type NumberRange = {
  readonly min?: Bound
  readonly max?: Bound
  readonly integer: boolean
  /** Only whole multiples can be counted with; with one, only integers are written. */
  readonly multipleOf?: number
}

/** Decimals of up to 15 digits keep their order when read as doubles, so a bound holds for the reader too. */
const EXACT_DIGITS = 15
const SYMBOLS = '0123456789.-'
const FREE_NUMBER = '-?(0|[1-9]\\d{0,14})(\\.\\d{1,15})?([eE][+-]?\\d{1,2})?'

/** The JSON numbers within a range, as plain decimals (with an exponent only where nothing bounds them). */
export function numberDfa(range: NumberRange): Dfa {
  const { min, max, integer, multipleOf } = range
  const isFree = !min && !max && !integer && multipleOf === undefined
  if (isFree) return compileRegex(FREE_NUMBER, 'whole', 'number')
  const keyword = multipleOf === undefined ? 'minimum/maximum' : 'multipleOf'
  const rules: Rules = {
    positive: positiveSide(min, max),
    negative: negativeSide(min, max),
    fractions: !integer && multipleOf === undefined,
    modulus: multipleOf ?? 1,
  }
  if (!rules.positive && !rules.negative) unsatisfiable(keyword, 'no number lies between the bounds')
  const alphabet = new Alphabet([...SYMBOLS].map((symbol) => characters(symbol)))
  const symbols = alphabet.samples.map((point) => String.fromCharCode(point))
  return exploreDfa<Reading>(keyword, alphabet, START, keyOf, (reading) => ({
    accepting: accepts(reading, rules),
    successors: symbols.map((symbol) => read(reading, symbol, rules)),
  }))
}

/** The magnitudes allowed for one sign. */
type Side = { readonly low?: Limit; readonly high?: Limit }
type Limit = Decimal & { readonly inclusive: boolean }

type Rules = {
  readonly positive: Side | undefined
  readonly negative: Side | undefined
  readonly fractions: boolean
  readonly modulus: number
}

const limit = ({ value, inclusive }: Bound): Limit => ({ ...toDecimal(value), inclusive })

function positiveSide(min: Bound | undefined, max: Bound | undefined): Side | undefined {
  if (max && (max.value < 0 || (max.value === 0 && !max.inclusive))) return undefined
  const isOpenBelow = !min || min.value < 0 || (min.value === 0 && min.inclusive)
  return side(isOpenBelow ? undefined : min, max)
}

/** Of −m: min ≤ −m ≤ max, so −max ≤ m ≤ −min. −0 is never written. */
function negativeSide(min: Bound | undefined, max: Bound | undefined): Side | undefined {
  if (min && min.value >= 0) return undefined
  const low = max && max.value <= 0 ? max : { value: 0, inclusive: false }
  return side(low, min)
}

function side(low: Bound | undefined, high: Bound | undefined): Side {
  const beyond = (bound: Bound | undefined) => bound && Math.abs(bound.value) > Number.MAX_SAFE_INTEGER
  if (low && beyond(low))
    refuse('minimum/maximum', `${low.value} is beyond the integers that a double holds exactly`)
  const needsCap = beyond(high) || (!high && low && toDecimal(low.value).integer.length >= EXACT_DIGITS)
  const cap = needsCap ? { value: Number.MAX_SAFE_INTEGER, inclusive: true } : high
  return { ...(low && { low: limit(low) }), ...(cap && { high: limit(cap) }) }
}

/** A number partly read: `low` and `high` say how its digits so far compare with each limit's (−1, 0, 1). */
type Reading = {
  readonly phase: 'start' | 'minus' | 'zero' | 'integer' | 'point' | 'fraction'
  readonly negative: boolean
  readonly digits: number
  /** Digits after the point. */
  readonly places: number
  readonly low: number
  readonly high: number
  readonly remainder: number
}

const START: Reading = {
  phase: 'start',
  negative: false,
  digits: 0,
  places: 0,
  low: 0,
  high: 0,
  remainder: 0,
}

const keyOf = ({ phase, negative, digits, places, low, high, remainder }: Reading): string =>
  `${phase} ${negative} ${digits} ${places} ${low} ${high} ${remainder}`

const sideOf = (reading: Reading, rules: Rules): Side | undefined =>
  reading.negative ? rules.negative : rules.positive

function read(reading: Reading, symbol: string, rules: Rules): Reading | undefined {
  const { phase } = reading
  if (symbol === '-') return phase === 'start' ? { ...reading, phase: 'minus', negative: true } : undefined
  const limits = sideOf(reading, rules)
  if (!limits) return undefined
  if (symbol === '.') return rules.fractions ? readPoint(reading, limits) : undefined
  return phase === 'point' || phase === 'fraction'
    ? readPlace(reading, symbol, limits)
    : readInteger(reading, symbol, limits, rules)
}

function readInteger(
  reading: Reading,
  digit: string,
  { low, high }: Side,
  rules: Rules,
): Reading | undefined {
  const { phase, digits } = reading
  const longest = high ? high.integer.length : Math.max(EXACT_DIGITS, low?.integer.length ?? 0)
  if (phase === 'zero' || digits >= longest) return undefined
  return {
    ...reading,
    phase: digit === '0' && phase !== 'integer' ? 'zero' : 'integer',
    digits: digits + 1,
    low: reading.low || compare(digit, low?.integer[digits]),
    high: reading.high || compare(digit, high?.integer[digits]),
    remainder: (reading.remainder * 10 + Number(digit)) % rules.modulus,
  }
}

function readPoint(reading: Reading, { low, high }: Side): Reading | undefined {
  if (reading.phase !== 'zero' && reading.phase !== 'integer') return undefined
  if (reading.digits >= EXACT_DIGITS) return undefined
  return {
    ...reading,
    phase: 'point',
    low: settle(reading.low, reading.digits, low),
    high: settle(reading.high, reading.digits, high),
  }
}

function readPlace(reading: Reading, digit: string, { low, high }: Side): Reading | undefined {
  const { digits, places } = reading
  if (digits >= EXACT_DIGITS) return undefined
  return {
    ...reading,
    phase: 'fraction',
    digits: digits + 1,
    places: places + 1,
    low: reading.low || compare(digit, low?.fraction[places] ?? '0'),
    high: reading.high || compare(digit, high?.fraction[places] ?? '0'),
  }
}

const compare = (digit: string, other: string | undefined): number =>
  other === undefined ? 0 : Math.sign(Number(digit) - Number(other))

/** The integer parts compared: more digits make the larger number. */
const settle = (prefix: number, digits: number, bound: Limit | undefined): number =>
  bound ? Math.sign(digits - bound.integer.length) || prefix : 0

function accepts(reading: Reading, rules: Rules): boolean {
  const { phase, digits, places, remainder } = reading
  const limits = sideOf(reading, rules)
  if (!limits || phase === 'start' || phase === 'minus' || phase === 'point' || remainder !== 0) return false
  const against = (prefix: number, bound: Limit): number => {
    const whole = phase === 'fraction' ? prefix : settle(prefix, digits, bound)
    // Equal so far, but the bound has further digits that are not zero.
    return whole === 0 && bound.fraction.length > places ? -1 : whole
  }
  const { low, high } = limits
  const isAboveLow = !low || against(reading.low, low) > (low.inclusive ? -1 : 0)
  return isAboveLow && (!high || against(reading.high, high) < (high.inclusive ? 1 : 0))
}
