import { HarnessError } from '../../errors.ts'
import type { RateStage, Spacing } from '../../records/index.ts'
import { MOST_REQUESTS } from './due-times.ts'
import {
  durationOf,
  ladderOf,
  MOST_CONCURRENCY,
  MOST_RATE,
  positiveOf,
  rampOf,
  stageListOf,
  timeOf,
  wholeOf,
} from './flag-values.ts'

/** What the flags below state, by the names that commander gives them. Times in milliseconds, rates in requests a second. */
export type ArrivalFlags = {
  readonly rate?: number
  readonly ramp?: { readonly from: number; readonly to: number }
  readonly stages?: readonly RateStage[]
  readonly arrivals?: Spacing['kind']
  readonly burstiness?: number
  readonly concurrency?: number
  readonly ladder?: readonly number[]
  readonly trace?: string
  readonly traceFrom?: number
  readonly traceSpeed?: number
  readonly duration?: number
  readonly maxRequests?: number
}

type ArrivalFlag = {
  /** As commander wants it: `--rate <n>`. */
  readonly usage: string
  readonly says: string
  /** Throws `usage` with the flag, the value and what it must be. */
  parse(text: string): unknown
}

/**
 * The flags that state a load. Each has the name that most of the field knows (`--rate` of vegeta and oha, `--burstiness` of vLLM,
 * `--concurrency` of AIPerf, `--stages` of k6).
 */
export const ARRIVAL_FLAGS: readonly ArrivalFlag[] = [
  flag(
    '--rate <n>',
    'open loop: this many requests a second, sent when due, whatever the answers do',
    `a number of requests a second above 0 and at most ${MOST_RATE}, as in --rate 20`,
    (text) => positiveOf(text, MOST_RATE),
  ),
  flag(
    '--ramp <from:to>',
    'open loop: the rate goes in a straight line from one to the other within --duration',
    `two rates from 0 to ${MOST_RATE}, not both 0, as in --ramp 5:50`,
    rampOf,
  ),
  flag(
    '--stages <list>',
    'open loop: rates one after the other, as in 5@30s,20@60s; 5:20@60s is a ramp, 0@10s a pause',
    `a list of RATE@TIME or FROM:TO@TIME, at least one with a rate above 0, as in --stages 5@30s,5:20@1m,20@30s`,
    stageListOf,
  ),
  flag(
    '--arrivals <spacing>',
    'how the gaps of an open loop differ: poisson (the default), constant or gamma',
    'poisson, constant or gamma',
    (text) => SPACINGS.find((known) => known === text),
  ),
  flag(
    '--burstiness <shape>',
    'gaps of a gamma distribution of this shape, as in vLLM: below 1 is burstier than poisson',
    'a number from 0.01 to 1000, where 1 is poisson and less is burstier, as in --burstiness 0.5',
    (text) => atLeast(0.01, positiveOf(text, 1000)),
  ),
  flag(
    '--concurrency <n>',
    'closed loop: always this many requests in flight; beside an open loop: at most, default: 1000',
    `a whole number from 1 to ${MOST_CONCURRENCY}, as in --concurrency 8`,
    (text) => wholeOf(text, MOST_CONCURRENCY),
  ),
  flag(
    '--ladder <list>',
    'closed loop: one concurrency after the other, each for --duration, as in 1,2,4,8',
    `a list of whole numbers from 1 to ${MOST_CONCURRENCY}, as in --ladder 1,2,4,8`,
    ladderOf,
  ),
  flag(
    '--trace <file>',
    'open loop: due times and lengths of a recorded trace (Mooncake JSONL, Azure CSV)',
    'the path of a trace',
    (text) => text.trim() || undefined,
  ),
  flag(
    '--trace-from <time>',
    'begin this long after the first entry of the trace; --duration ends it',
    'a time from 0 to 24h, in seconds or with a unit, as in --trace-from 10m',
    timeOf,
  ),
  flag(
    '--trace-speed <factor>',
    'replay the trace this many times as fast as it was recorded; default: as recorded',
    'a number from 0.01 to 1000, as in --trace-speed 2',
    (text) => atLeast(0.01, positiveOf(text, 1000)),
  ),
  flag(
    '--duration <time>',
    'of the load, of each step of a ladder: seconds, or with a unit as in 90s, 5m; default: 30',
    'a time above 0 and at most 24h, in seconds or with a unit, as in --duration 90 or --duration 5m',
    durationOf,
  ),
  flag(
    '--max-requests <n>',
    'end the load after this many requests',
    `a whole number from 1 to ${MOST_REQUESTS}, as in --max-requests 1000`,
    (text) => wholeOf(text, MOST_REQUESTS),
  ),
]

const SPACINGS = ['poisson', 'constant', 'gamma'] as const

const atLeast = (least: number, value: number | undefined): number | undefined =>
  value !== undefined && value >= least ? value : undefined

function flag<T>(
  usage: string,
  says: string,
  must: string,
  parsed: (text: string) => T | undefined,
): ArrivalFlag {
  const parse = (text: string): T => {
    const value = parsed(text)
    if (value !== undefined) return value
    throw new HarnessError('usage', `${usage.split(' ', 1)[0]} ${text}: it must be ${must}.`)
  }
  return { usage, says, parse }
}
