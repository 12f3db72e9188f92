import { parseArgs } from 'node:util'
import { HarnessError } from '../errors.ts'
import { OPTION_KINDS, type StubOptions } from './options.ts'
import { readSpread } from './spread.ts'

const NAMES = Object.keys(OPTION_KINDS) as (keyof StubOptions)[]

/** `tokensPerEvent` is `--tokens-per-event`. */
const flagOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export function writeFlags(options: StubOptions): readonly string[] {
  return NAMES.flatMap((name) => {
    const value = options[name]
    if (value === undefined || value === false) return []
    return value === true ? [`--${flagOf(name)}`] : [`--${flagOf(name)}`, String(value)]
  })
}

export function readFlags(args: readonly string[]): StubOptions {
  const values = parse(args)
  const entries = NAMES.flatMap((name) => {
    const value = values[flagOf(name)]
    return value === undefined ? [] : [[name, readValue(name, value)]]
  })
  return Object.fromEntries(entries)
}

function readValue(name: keyof StubOptions, value: string | boolean): unknown {
  const kind = OPTION_KINDS[name]
  if (typeof value === 'boolean' || kind === 'text') return value
  if (kind === 'spread') {
    readSpread(value, `--${flagOf(name)}`)
    return value
  }
  const number = Number(value)
  const least = kind === 'count' ? 1 : 0
  const isFit = value.trim() !== '' && number >= least && number < Infinity
  if (isFit && (kind === 'number' || Number.isInteger(number))) return number
  const what = kind === 'number' ? 'a number' : 'a whole number'
  throw new HarnessError('usage', `--${flagOf(name)} must be ${what} of at least ${least}, not "${value}".`)
}

function parse(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  const options = Object.fromEntries(
    NAMES.map((name) => [flagOf(name), { type: OPTION_KINDS[name] === 'switch' ? 'boolean' : 'string' }]),
  ) as Record<string, { type: 'boolean' | 'string' }>
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (cause) {
    throw new HarnessError('usage', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
