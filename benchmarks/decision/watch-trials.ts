import { createRandom, normal, type Random } from '../../src/random.ts'
import {
  judgeFailure,
  judgeMedian,
  judgeTail,
  NOTHING_JUDGED,
  progressOf,
  TESTS,
  type Test,
} from '../../src/watch/judge-answers.ts'

/** How a service answers while nothing changes. */
export type WatchWorld = {
  readonly name: string
  /** Standard deviation of the logarithm of a time. */
  readonly spread: number
  /** Of neighbours: AR(1). */
  readonly memory: number
  /** Answers that take five seconds more, by chance. */
  readonly spikes: number
  /** Requests that fail, by chance. */
  readonly errors: number
}

export const WATCH_WORLDS: readonly WatchWorld[] = [
  { name: 'independent', spread: 0.3, memory: 0, spikes: 0, errors: 0.001 },
  { name: 'AR .6', spread: 0.3, memory: 0.6, spikes: 0, errors: 0.001 },
  { name: 'AR .6, wide', spread: 0.6, memory: 0.6, spikes: 0, errors: 0.001 },
  { name: 'heavy tails', spread: 0.8, memory: 0, spikes: 0.005, errors: 0.001 },
  { name: 'AR .6, spikes', spread: 0.4, memory: 0.6, spikes: 0.01, errors: 0.001 },
  { name: 'errors as allowed', spread: 0.3, memory: 0, spikes: 0, errors: 0.01 },
]

/** What begins later. Shares of requests; milliseconds and factors on the time of an answer. */
export type WatchChange = {
  readonly name: string
  readonly failing?: number
  /** Each such request takes so much longer. */
  readonly every?: number
  readonly moreMs?: number
  readonly factor?: number
}

export const WATCH_CHANGES: readonly WatchChange[] = [
  { name: 'each request fails', failing: 1 },
  { name: 'half of the requests fail', failing: 0.5 },
  { name: 'one of five requests fails', failing: 0.2 },
  { name: 'each third request takes 4 s more', every: 3, moreMs: 4_000 },
  { name: 'each request takes 4 s more', every: 1, moreMs: 4_000 },
  { name: 'each request takes twice as long', factor: 2 },
]

export type WatchPlan = {
  readonly everyMs: number
  readonly looks: number
  readonly alpha: number
  readonly first: number
  /** Requests of an unchanged service before the change. */
  readonly before: number
}

const USUAL_MS = 300
const SPIKE_MS = 5_000

/** Of one watch: the request at which a test reached its limit, and which did; undefined where none did. */
export type Alarm = { readonly request: number; readonly test: Test }

export function watchTrial(
  { spread, memory, spikes, errors }: WatchWorld,
  { looks, alpha, first, before }: WatchPlan,
  random: Random,
  change?: WatchChange,
): Alarm | undefined {
  let level = normal(random)
  let judged = NOTHING_JUDGED
  for (let request = 0; request < looks; request++) {
    level = memory * level + Math.sqrt(1 - memory ** 2) * normal(random)
    const now = change && request >= before ? change : undefined
    const usual = USUAL_MS * Math.exp(spread * level) * (now?.factor ?? 1)
    const more = now?.every && (request - before) % now.every === 0 ? (now.moreMs ?? 0) : 0
    const isFailed = random.next() < Math.max(errors, now?.failing ?? 0)
    const ms = usual + more + (random.next() < spikes ? SPIKE_MS : 0)
    judged = judgeFailure(judged, isFailed)
    if (!isFailed) judged = judgeMedian(judgeTail(judged, ms, first), ms, first)
    const shown = progressOf(judged, looks, alpha)
    for (const test of Object.keys(TESTS) as Test[]) if (shown[test] >= 1) return { request, test }
  }
  return undefined
}

export type WatchCounts = {
  readonly trials: number
  readonly alarms: Readonly<Partial<Record<Test, number>>>
  /** Requests from the change to its alarm, sorted; of a change alone. A watch that saw nothing is none of them. */
  readonly delays: readonly number[]
}

export function watchTrials(
  world: WatchWorld,
  plan: WatchPlan,
  { trials, seed }: { readonly trials: number; readonly seed: string },
  change?: WatchChange,
): WatchCounts {
  const alarms: Partial<Record<Test, number>> = {}
  const delays: number[] = []
  for (let trial = 0; trial < trials; trial++) {
    const alarm = watchTrial(world, plan, createRandom(`${seed} ${trial}`), change)
    if (!alarm) continue
    alarms[alarm.test] = (alarms[alarm.test] ?? 0) + 1
    if (change && alarm.request >= plan.before) delays.push(alarm.request - plan.before + 1)
  }
  return { trials, alarms, delays: delays.toSorted((a, b) => a - b) }
}
