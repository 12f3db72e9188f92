import { createRandom, normal, type Random } from '../../src/random.ts'
import type { Test } from '../../src/watch/judge-answers.ts'
import { dueAt } from '../../src/watch/pace.ts'
import { afterEvent, alarmsOf, beginWatch, slowOf, type WatchState } from '../../src/watch/state.ts'

/** How a service answers while nothing changes. */
export type WatchWorld = {
  readonly name: string
  /** Standard deviation of the logarithm of a time. */
  readonly spread: number
  /** Of the level now with that five seconds ago: sooner requests are more alike (Ornstein and Uhlenbeck). */
  readonly memory: number
  /** Answers that take five seconds more, by chance. */
  readonly spikes: number
  /** Requests that fail, by chance. */
  readonly errors: number
  /** Times an hour that the whole service stands still for three seconds. */
  readonly stalls?: number
}

const QUIET = { spikes: 0, errors: 0.001 } as const

export const WATCH_WORLDS: readonly WatchWorld[] = [
  { ...QUIET, name: 'independent', spread: 0.3, memory: 0 },
  { ...QUIET, name: 'log-normal', spread: 0.6, memory: 0 },
  { ...QUIET, name: 'heavy tails', spread: 0.8, memory: 0, spikes: 0.005 },
  { ...QUIET, name: 'AR .3', spread: 0.3, memory: 0.3 },
  { ...QUIET, name: 'AR .6', spread: 0.3, memory: 0.6 },
  { ...QUIET, name: 'AR .6, wide', spread: 0.6, memory: 0.6 },
  { ...QUIET, name: 'AR .6, spikes', spread: 0.4, memory: 0.6, spikes: 0.01 },
  { ...QUIET, name: 'stands still', spread: 0.3, memory: 0.3, stalls: 6 },
  { ...QUIET, name: 'errors as allowed', spread: 0.3, memory: 0, errors: 0.01 },
]

/** What begins later. Shares of requests; milliseconds and factors on the time of an answer. */
export type WatchChange = {
  readonly name: string
  readonly failing?: number
  /** Each such request takes so much longer, as the service counts them. */
  readonly every?: number
  readonly moreMs?: number
  readonly factor?: number
  /** No request is answered any more. */
  readonly isSilent?: true
}

export const WATCH_CHANGES: readonly WatchChange[] = [
  { name: 'each request is refused', failing: 1 },
  { name: 'no request is answered', isSilent: true },
  { name: 'half of the requests fail', failing: 0.5 },
  { name: 'one of five requests fails', failing: 0.2 },
  { name: 'each request takes 4 s more', every: 1, moreMs: 4_000 },
  { name: 'each third request takes 4 s more', every: 3, moreMs: 4_000 },
  { name: 'each tenth request takes 4 s more', every: 10, moreMs: 4_000 },
  { name: 'each request takes twice as long', factor: 2 },
]

export type WatchPlan = {
  readonly everyMs: number
  readonly forMs: number
  readonly looks: number
  readonly alpha: number
  readonly first: number
}

const USUAL_MS = 300
const SPIKE_MS = 5_000
const STALL_MS = 3_000
const REFUSED_MS = 5
/** The memory of a level is told for so long. */
const MEMORY_MS = 5_000

/** Of one watch: when something was shown, and what; undefined where nothing was in all of its time. `requests`: that it sent. */
export type WatchTrial = {
  readonly alarm?: { readonly atMs: number; readonly test: Test | 'silence' }
  readonly requests: number
}

type Pending = { readonly atMs: number; readonly kind: 'overdue' | 'back' | 'silent'; readonly sent: Sent }
type Sent = {
  readonly sentMs: number
  readonly ms: number
  readonly isFailed: boolean
  readonly isHurried: boolean
  slowMs: number | undefined
  isBack: boolean
  isOverdue: boolean
}

/** A whole watch, without a socket or a clock: its pace and its evidence are those of `infergate watch`. */
export function watchTrial(
  world: WatchWorld,
  plan: WatchPlan,
  random: Random,
  change?: { readonly what: WatchChange; readonly atMs: number },
): WatchTrial {
  const answers = answersOf(world, plan, random, change)
  let state: WatchState = beginWatch(
    { targetName: 'virtual', alpha: plan.alpha, looks: plan.looks, first: plan.first },
    '2026-01-01T00:00:00.000Z',
  )
  const pending: Pending[] = []
  const flying = new Set<Sent>()
  let [sentMs, backMs, nowMs, requests] = [Number.NEGATIVE_INFINITY, 0, 0, 0]
  const add = (one: Pending): void => {
    let at = pending.length
    while (at > 0 && (pending[at - 1]?.atMs ?? 0) > one.atMs) at--
    pending.splice(at, 0, one)
  }
  while (nowMs < plan.forMs) {
    const due = dueAt(state, { everyMs: plan.everyMs, sentMs, backMs, inFlight: flying.size })
    const next = pending[0]
    if (next && next.atMs <= due.atMs) {
      pending.shift()
      nowMs = next.atMs
      take(next)
      const [test] = alarmsOf(state)
      if (test !== undefined && test !== 'logs') return { alarm: { atMs: nowMs, test }, requests }
    } else {
      nowMs = Math.max(nowMs, due.atMs)
      send(due.isHurried)
    }
  }
  return { requests }

  function send(isHurried: boolean): void {
    requests++
    sentMs = nowMs
    if (isHurried) state = afterEvent(state, { kind: 'hurried' })
    const sent: Sent = {
      sentMs,
      isHurried,
      slowMs: slowOf(state),
      isBack: false,
      isOverdue: false,
      ...answers(nowMs),
    }
    flying.add(sent)
    if (sent.slowMs !== undefined && sent.ms > sent.slowMs)
      add({ atMs: nowMs + sent.slowMs + 1, kind: 'overdue', sent })
    if (Number.isFinite(sent.ms)) add({ atMs: nowMs + sent.ms, kind: 'back', sent })
    add({ atMs: nowMs + 4_500, kind: 'silent', sent })
  }

  function take({ kind, sent }: Pending): void {
    if (kind === 'back') {
      sent.isBack = true
      flying.delete(sent)
      backMs = nowMs
      state = afterEvent(state, {
        ...{
          kind: 'answered',
          atMs: nowMs,
          wasOverdue: sent.isOverdue,
          isHurried: sent.isHurried,
          promptTokens: 0,
          outputTokens: 0,
        },
        ...(sent.isFailed ? { failure: { failure: 'connect', message: 'refused' } } : { ms: sent.ms }),
      })
    } else if (kind === 'overdue' && !sent.isBack) {
      sent.isOverdue = true
      state = afterEvent(state, { kind: 'overdue', ms: nowMs - sent.sentMs, atMs: nowMs })
    } else if (kind === 'silent' && !sent.isBack) {
      const [oldest] = flying
      const ms = nowMs - Math.max(backMs, oldest?.sentMs ?? nowMs)
      state = afterEvent(state, { kind: 'silent', ms, waiting: flying.size })
      add({ atMs: nowMs + 250, kind: 'silent', sent })
    }
  }
}

/** What becomes of a request that is sent at a moment. */
function answersOf(
  { spread, memory, spikes, errors, stalls = 0 }: WatchWorld,
  { forMs }: WatchPlan,
  random: Random,
  change?: { readonly what: WatchChange; readonly atMs: number },
): (atMs: number) => Pick<Sent, 'ms' | 'isFailed'> {
  const standing = Array.from({ length: stalls }, () => random.next() * forMs)
  let [level, beforeMs] = [normal(random), 0]
  let nth = change?.what.every ? Math.floor(random.next() * change.what.every) : 0
  return (atMs) => {
    const kept = memory === 0 ? 0 : memory ** ((atMs - beforeMs) / MEMORY_MS)
    level = kept * level + Math.sqrt(1 - kept ** 2) * normal(random)
    beforeMs = atMs
    const now = change && atMs >= change.atMs ? change.what : undefined
    if (now?.isSilent) return { ms: Number.POSITIVE_INFINITY, isFailed: false }
    if (random.next() < Math.max(errors, now?.failing ?? 0)) return { ms: REFUSED_MS, isFailed: true }
    const more = now?.every && nth++ % now.every === 0 ? (now.moreMs ?? 0) : 0
    const spike = random.next() < spikes ? SPIKE_MS : 0
    const begun = standing.find((ms) => ms <= atMs && atMs < ms + STALL_MS)
    const stood = begun === undefined ? 0 : begun + STALL_MS - atMs
    return {
      ms: USUAL_MS * Math.exp(spread * level) * (now?.factor ?? 1) + more + spike + stood,
      isFailed: false,
    }
  }
}

export type WatchCounts = {
  readonly trials: number
  readonly alarms: Readonly<Partial<Record<Test | 'silence', number>>>
  /** Milliseconds from the change to its alarm, sorted; of a change alone. A watch that saw nothing is none of them. */
  readonly delaysMs: readonly number[]
  /** That were sent, of all trials. */
  readonly requests: number
}

export function watchTrials(
  world: WatchWorld,
  plan: WatchPlan,
  { trials, seed }: { readonly trials: number; readonly seed: string },
  change?: { readonly what: WatchChange; readonly afterMs: number },
): WatchCounts {
  const alarms: Partial<Record<Test | 'silence', number>> = {}
  const delaysMs: number[] = []
  let requests = 0
  for (let trial = 0; trial < trials; trial++) {
    const random = createRandom(`${seed} ${trial}`)
    // Somewhere between two requests.
    const atMs = change && change.afterMs + random.next() * plan.everyMs
    const one = watchTrial(world, plan, random, change && { what: change.what, atMs: atMs ?? 0 })
    requests += one.requests
    if (!one.alarm) continue
    const { alarm } = one
    alarms[alarm.test] = (alarms[alarm.test] ?? 0) + 1
    if (atMs !== undefined && alarm.atMs >= atMs) delaysMs.push(alarm.atMs - atMs)
  }
  return { trials, alarms, requests, delaysMs: delaysMs.toSorted((a, b) => a - b) }
}
