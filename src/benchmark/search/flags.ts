import { HarnessError } from '../../errors.ts'
import type { StatedLoad } from '../../records/index.ts'
import { type ArrivalFlags, parseArrivals } from '../arrivals/index.ts'
import type { LevelPlan } from './level-plan.ts'

/** What the flags below state, by the names that commander gives them. */
export type SearchFlags = {
  readonly search?: 'rate' | 'concurrency'
  readonly searchMax?: number
  readonly sweep?: readonly number[]
}

const [MOST_RATE, MOST_LEVELS] = [100_000, 100]

/** The flags of a sequence of loads, in the form of `ARRIVAL_FLAGS`. */
export const SEARCH_FLAGS = [
  {
    usage: '--search <what>',
    says: 'the highest rate or concurrency that keeps every --slo; --rate or --concurrency is where it starts',
    parse: (text: string) => oneOf('--search', text, ['rate', 'concurrency']),
  },
  {
    usage: '--search-max <n>',
    says: 'the highest level that a search may try; default: 1000 requests/s, 256 in flight',
    parse: (text: string) => numberOf('--search-max', text),
  },
  {
    usage: '--sweep <list>',
    says: 'open loop: one rate after the other, each for --duration, as in 5,10,20,40',
    parse: (text: string) => rates(text),
  },
] as const

/** Steps are these long unless --duration says otherwise. */
const STEP_MS = 20_000
const DEFAULT_MOST = { rate: 1_000, concurrency: 256 } as const
/** Below this share of where it starts a search does not go. */
const LEAST_SHARE = 1 / 8
const RESOLUTION = 0.05
const MAX_STEPS = 32

/** The sequence of loads that the flags state; undefined where they state none. Throws `usage`. */
export function parseSearch(
  flags: ArrivalFlags & SearchFlags & { readonly maxTokens?: number },
): { readonly stated: StatedLoad; readonly levels: LevelPlan } | undefined {
  const { search, searchMax, sweep, ladder, ...arrivals } = flags
  if ([search, sweep, ladder].filter((given) => given !== undefined).length > 1)
    throw usage('--search, --sweep and --ladder are three sequences of loads. Keep one of them.')
  if (searchMax !== undefined && !search)
    throw usage('--search-max bounds a search. Add --search rate, or leave it out.')
  if (!search && !sweep && !ladder) return undefined
  for (const [name, given] of Object.entries({
    'max-requests': flags.maxRequests,
    'max-tokens': flags.maxTokens,
  }))
    if (given !== undefined)
      throw usage(`--${name} ends one load, and each step is a load. Bound the run with --max-seconds.`)
  const duration = flags.duration ?? STEP_MS
  if (ladder)
    return {
      stated: { ...required({ ...arrivals, ladder, duration }), durationMs: duration },
      levels: { kind: 'sweep', of: 'concurrency', levels: ladder },
    }
  if (sweep) {
    if (flags.rate !== undefined) throw usage('--sweep has its rates itself. Leave --rate out.')
    const [rate = 1] = sweep
    return {
      stated: required({ ...arrivals, rate, duration }),
      levels: { kind: 'sweep', of: 'rate', levels: sweep },
    }
  }
  const of = search ?? 'rate'
  const start = flags[of] ?? 1
  const most = searchMax ?? Math.max(start, DEFAULT_MOST[of])
  if (most < start) throw usage(`--search-max ${most} is below ${start}, where the search starts.`)
  const isWhole = of === 'concurrency'
  if (isWhole && !Number.isInteger(most))
    throw usage(`--search-max ${most}: it must be a whole number of requests.`)
  const least = isWhole ? 1 : start * LEAST_SHARE
  return {
    stated: required({ ...arrivals, [of]: start, duration }),
    levels: { kind: 'search', of, isWhole, start, least, most, resolution: RESOLUTION, maxSteps: MAX_STEPS },
  }
}

function required(flags: ArrivalFlags): StatedLoad {
  const stated = parseArrivals(flags)
  if (!stated) throw usage('No load is stated.')
  return stated
}

function oneOf(flag: string, text: string, known: readonly string[]): string {
  if (known.includes(text)) return text
  throw usage(`${flag} ${text}: it must be ${known.join(' or ')}.`)
}

function numberOf(flag: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= MOST_RATE) return value
  throw usage(`${flag} ${text}: it must be a number above 0 and at most ${MOST_RATE}.`)
}

function rates(text: string): readonly number[] {
  const levels = text.split(',').map((item) => numberOf('--sweep', item))
  if (levels.length <= MOST_LEVELS && levels.every((level, at) => at === 0 || level > (levels[at - 1] ?? 0)))
    return levels
  throw usage(`--sweep ${text}: it must be at most ${MOST_LEVELS} rates, each above the one before.`)
}

const usage = (message: string): HarnessError => new HarnessError('usage', message)
