import { gamma, normal, type Random } from '../../src/random.ts'
import type { StartFigures } from '../../src/records/index.ts'
import { median, quantile } from '../../src/statistics/index.ts'

/** How a simulated machine and service vary. All are standard deviations of logarithms unless said. */
export type World = {
  readonly says: string
  /** Of the machine's level, which wanders from start to start: AR(1) with `driftMemory`. */
  readonly drift: number
  readonly driftMemory: number
  /** By how much a session ends slower than it began, over 40 starts. */
  readonly trend: number
  /** Of what all requests of one start share. */
  readonly start: number
  /** Degrees of freedom of the start's effect, Student's t; Infinity is the normal. */
  readonly startTails: number
  /** AR(1) of the requests inside a start. */
  readonly requestMemory: number
  /** Share of requests that stall, ten times as long. */
  readonly stalls: number
  /** By how much the second start of a pair is slower. */
  readonly second: number
  /** Share of requests that fail, and how alike those of one start are: the intra-class correlation of a beta-binomial. */
  readonly fails: number
  readonly failsAlike: number
}

const CALM: World = {
  says: 'nothing but noise',
  ...{ drift: 0, driftMemory: 0, trend: 0, start: 0.015, startTails: Number.POSITIVE_INFINITY },
  ...{ requestMemory: 0, stalls: 0, second: 0, fails: 0, failsAlike: 0 },
}

export const WORLDS = {
  independent: { ...CALM, says: 'starts vary by 1.5 %, times to first token by 15 %, all independent' },
  'session drift': {
    ...CALM,
    says: 'the machine wanders by 5 % (AR .95) and slows down by 10 % while it is measured',
    ...{ drift: 0.05, driftMemory: 0.95, trend: 0.1 },
  },
  'clustered in starts': {
    ...CALM,
    says: 'starts vary by 3 %; AR .5 from request to request inside a start',
    ...{ start: 0.03, requestMemory: 0.5 },
  },
  'heavy tails': {
    ...CALM,
    says: 'starts vary by Student’s t of 3 degrees (scale 1.5 %); one request in fifty takes ten times as long',
    ...{ startTails: 3, stalls: 0.02 },
  },
  'failures in clusters': {
    ...CALM,
    says: 'one request in fifty fails, those of one start together (intra-class correlation .1)',
    ...{ fails: 0.02, failsAlike: 0.1 },
  },
  'all together': {
    ...CALM,
    says: 'the drift, t of 3 degrees (scale 2 %), AR .5, one request in a hundred stalls, and the second start of a pair is 3 % slower',
    ...{ drift: 0.05, driftMemory: 0.95, trend: 0.1, start: 0.02, startTails: 3 },
    ...{ requestMemory: 0.5, stalls: 0.01, second: 0.03 },
  },
} as const satisfies Record<string, World>

export type WorldName = keyof typeof WORLDS

const REQUESTS = 60
const TOKENS = 64
const [TTFT_MS, TPOT_MS, COLD_MS] = [100, 10, 20_000]
const [TTFT_SD, TPOT_SD, COLD_SD] = [0.15, 0.1, 0.03]
/** Of a session. */
const STARTS = 40

/** How much longer the candidate's times to first token are, and how many times as often it fails: 1 is an unchanged one. */
export type Effect = { readonly ttft: number; readonly fails?: number }

/** The machine's level, start by start. */
export function* levels(world: World, random: Random): Generator<number, never> {
  const fresh = world.drift * Math.sqrt(1 - world.driftMemory ** 2)
  let wander = world.drift * normal(random)
  for (let slot = 0; ; slot++) {
    yield wander + (world.trend * slot) / STARTS
    wander = world.driftMemory * wander + fresh * normal(random)
  }
}

/** One start: its requests are drawn one by one, and its figures are taken from them as infergate takes them. */
export function start(
  world: World,
  level: number,
  { ttft, fails = 1 }: Effect,
  random: Random,
): StartFigures {
  const own = level + world.start * heavy(world.startTails, random)
  const first = requests(TTFT_MS * ttft * Math.exp(own), TTFT_SD, world, random)
  const gap = requests(TPOT_MS * Math.exp(own), TPOT_SD, { ...world, stalls: 0 }, random)
  const whole = sorted(first.map((ms, i) => ms + (TOKENS - 1) * (gap[i] ?? Number.NaN)))
  const [firsts, gaps] = [sorted(first), sorted(gap)]
  return {
    boot: 0,
    values: {
      coldStartMs: COLD_MS * Math.exp(own + COLD_SD * normal(random)),
      ...{ ttftMsP50: median(firsts), ttftMsP90: quantile(firsts, 0.9) },
      ...{ tpotMsP50: median(gaps), tpotMsP90: quantile(gaps, 0.9) },
      ...{ e2eMsP50: median(whole), e2eMsP90: quantile(whole, 0.9) },
      outputTokensPerSecond: median(whole.map((ms) => TOKENS / (ms / 1_000))),
    },
    requests: REQUESTS,
    failed: failures(world.fails * fails, world.failsAlike, random),
  }
}

function requests(middle: number, sd: number, { requestMemory, stalls }: World, random: Random): number[] {
  const fresh = Math.sqrt(1 - requestMemory ** 2)
  let noise = normal(random)
  return Array.from({ length: REQUESTS }, () => {
    const stalled = stalls > 0 && random.next() < stalls
    const value = middle * Math.exp(sd * noise) * (stalled ? 10 : 1)
    noise = requestMemory * noise + fresh * normal(random)
    return value
  })
}

/** What is sorted already is sorted quickly once more. */
const sorted = (values: readonly number[]): readonly number[] => [...Float64Array.from(values).sort()]

/** Beta-binomial: the share of a start is drawn, then its failures. */
function failures(share: number, alike: number, random: Random): number {
  if (share === 0) return 0
  const size = (1 - alike) / alike
  const [a, b] = [gamma(random, share * size), gamma(random, (1 - share) * size)]
  return Array.from({ length: REQUESTS }, () => random.next() < a / (a + b)).filter(Boolean).length
}

/** Student's t of so many degrees of freedom: normal / √(χ²/ν). */
export const heavy = (degrees: number, random: Random): number =>
  degrees === Number.POSITIVE_INFINITY
    ? normal(random)
    : normal(random) / Math.sqrt((2 * gamma(random, degrees / 2)) / degrees)
