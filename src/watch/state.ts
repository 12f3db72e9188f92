import type { FailureKind, LogCount } from '../records/index.ts'
import {
  type Judged,
  judgeFailure,
  judgeMedian,
  judgeTail,
  limitsOf,
  NOTHING_JUDGED,
  progressOf,
  TESTS,
  type Test,
} from './judge-answers.ts'
import { SIGNATURES } from './log/signatures.ts'
import { HURRIED_SHARE, isSilent, MOST_HURRIED } from './pace.ts'

/** What a watch was begun with, and cannot change: its evidence holds for it alone. */
export type Terms = {
  readonly targetName: string
  readonly url?: string
  readonly alpha: number
  /** Requests for which alpha holds. */
  readonly looks: number
  /** Of the first answers, before any is judged by its time. */
  readonly first: number
}

/** All that a watch knows: plain data of one size, so that it can be kept after each event and read back by another process. */
export type WatchState = {
  readonly schemaVersion: 2
  readonly terms: Terms
  /** ISO 8601. */
  readonly since: string
  readonly watchedMs: number
  readonly requests: number
  readonly failed: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly slow: number
  readonly turnedAway: number
  /** Answers whose time was not judged: this machine was too busy to measure it. */
  readonly late: number
  readonly judged: Judged
  /** Requests that may yet be sent sooner than planned. */
  readonly allowance: number
  /** No answer at all came for so long, while requests waited: that is no statistics. */
  readonly silence?: { readonly ms: number; readonly waiting: number }
  /** Of the newest requests, the newest last: whether each failed. */
  readonly newest: readonly boolean[]
  /** When what is suspected now began: milliseconds since the watch did. */
  readonly failingAtMs?: number
  readonly slowAtMs?: number
  readonly lastFailure?: { readonly failure: FailureKind; readonly message: string }
  /** Generation failed, and health, asked beside it, was green. */
  readonly greenButFailed: number
  readonly health: { readonly asked: number; readonly red: number; readonly reason?: string }
  readonly logs: readonly LogCount[]
  readonly server: {
    readonly startedSeconds?: number
    readonly generated?: number
    readonly restarts: number
    readonly errors?: Growth
    readonly preemptions?: Growth
  }
  /** The processes that this watch has lived in before. */
  readonly resumed: number
  /** It came to its end: the next one begins anew. */
  readonly ended?: true
  readonly hook?: 'begun'
}

/** Of a counter of the server: where it was last, and by how much it grew while it was watched. */
type Growth = { readonly at: number; readonly grew: number }

export type WatchEvent =
  | {
      readonly kind: 'answered'
      readonly failure?: { readonly failure: FailureKind; readonly message: string }
      /** Of an answer that is comparable with others. */
      readonly ms?: number
      /** Milliseconds since the watch began. */
      readonly atMs: number
      /** It was sent sooner than planned: something was suspected. */
      readonly isHurried: boolean
      /** This process could not run meanwhile: its time is not the service's. */
      readonly isLate?: true
      /** It was counted as slow while it had not come. */
      readonly wasOverdue: boolean
      readonly promptTokens: number
      readonly outputTokens: number
    }
  /** The service had no room for a request, by its own words (429): it decides nothing. */
  | { readonly kind: 'turned-away' }
  /** A request is sent sooner than planned. */
  | { readonly kind: 'hurried' }
  /** So many requests wait, and none was answered for so long. */
  | { readonly kind: 'silent'; readonly ms: number; readonly waiting: number }
  /** A request has no answer after so long, which is slow whenever it comes. */
  | { readonly kind: 'overdue'; readonly ms: number; readonly atMs: number }
  | {
      readonly kind: 'health'
      readonly isGreen: boolean
      readonly reason?: string
      readonly besideFailure: boolean
    }
  | { readonly kind: 'logged'; readonly signature: string; readonly line: string; readonly atMs: number }
  | {
      readonly kind: 'counted'
      readonly startedSeconds?: number
      readonly generated?: number
      readonly errors?: number
      readonly preemptions?: number
    }

const NEWEST = 20

export function beginWatch(
  terms: Terms,
  since: string,
  accepted: readonly number[] = [],
  level?: number,
): WatchState {
  return {
    ...{ schemaVersion: 2, terms, since, watchedMs: 0, requests: 0, failed: 0 },
    ...{ promptTokens: 0, outputTokens: 0, slow: 0, turnedAway: 0, late: 0, newest: [], greenButFailed: 0 },
    allowance: MOST_HURRIED,
    judged: { ...NOTHING_JUDGED, reference: accepted, ...(level !== undefined && { level }) },
    health: { asked: 0, red: 0 },
    ...{ logs: [], server: { restarts: 0 }, resumed: 0 },
  }
}

/** The state after one more event. Pure. */
export function afterEvent(state: WatchState, event: WatchEvent): WatchState {
  switch (event.kind) {
    case 'answered':
      return afterAnswer(state, event)
    case 'turned-away':
      return { ...state, turnedAway: state.turnedAway + 1 }
    case 'hurried':
      return { ...state, allowance: Math.max(0, state.allowance - 1) }
    case 'silent':
      return isSilent(state, event) ? { ...state, silence: { ms: event.ms, waiting: event.waiting } } : state
    case 'overdue':
      return {
        ...withSlow(state, event.atMs),
        slow: state.slow + 1,
        judged: judgeTail(state.judged, event, state.terms.first),
      }
    case 'health':
      return {
        ...state,
        greenButFailed: state.greenButFailed + Number(event.isGreen && event.besideFailure),
        health: {
          asked: state.health.asked + 1,
          red: state.health.red + Number(!event.isGreen),
          ...(event.isGreen
            ? state.health.reason !== undefined && { reason: state.health.reason }
            : event.reason !== undefined && { reason: event.reason }),
        },
      }
    case 'logged':
      return { ...state, logs: withLine(state.logs, event) }
    case 'counted':
      return { ...state, server: afterCount(state.server, event) }
  }
}

function afterAnswer(state: WatchState, event: Extract<WatchEvent, { kind: 'answered' }>): WatchState {
  const { failure, ms, atMs, wasOverdue, isHurried, promptTokens, outputTokens } = event
  const { first } = state.terms
  const isFailed = failure !== undefined
  let judged = judgeFailure(state.judged, isFailed)
  const slowFrom = slowOf(state)
  if (ms !== undefined && !wasOverdue) judged = judgeTail(judged, { ms, atMs }, first)
  if (ms !== undefined && !isFailed && !isHurried) judged = judgeMedian(judged, ms, first)
  const isSlow = ms !== undefined && slowFrom !== undefined && ms > slowFrom && !wasOverdue
  return {
    ...(isSlow ? withSlow(state, atMs) : state),
    ...(isFailed && !state.newest.includes(true) && { failingAtMs: atMs }),
    judged,
    requests: state.requests + 1,
    failed: state.failed + Number(isFailed),
    slow: state.slow + Number(isSlow),
    late: state.late + Number(event.isLate === true),
    promptTokens: state.promptTokens + promptTokens,
    outputTokens: state.outputTokens + outputTokens,
    allowance: isHurried ? state.allowance : Math.min(MOST_HURRIED, state.allowance + HURRIED_SHARE),
    newest: [...state.newest, isFailed].slice(-NEWEST),
    ...(failure && { lastFailure: failure }),
  }
}

/** Where nothing was suspected, it began now. */
const withSlow = (state: WatchState, atMs: number): WatchState =>
  state.judged.suspected > 0 ? state : { ...state, slowAtMs: atMs }

function withLine(
  logs: readonly LogCount[],
  { signature, line, atMs }: Extract<WatchEvent, { kind: 'logged' }>,
): readonly LogCount[] {
  const isKnown = logs.some((one) => one.signature === signature)
  if (!isKnown) return [...logs, { signature, count: 1, first: line, firstAtMs: atMs }]
  return logs.map((one) => (one.signature === signature ? { ...one, count: one.count + 1 } : one))
}

/** A process that started later, or a counter that went back, is another process. */
function afterCount(
  server: WatchState['server'],
  { startedSeconds, generated, errors, preemptions }: Extract<WatchEvent, { kind: 'counted' }>,
): WatchState['server'] {
  const isRestarted =
    (startedSeconds !== undefined &&
      server.startedSeconds !== undefined &&
      startedSeconds > server.startedSeconds + 1) ||
    (startedSeconds === undefined && (generated ?? 0) < (server.generated ?? 0))
  const grown = (before: Growth | undefined, at: number | undefined): Growth | undefined =>
    at === undefined
      ? before
      : { at, grew: (before?.grew ?? 0) + Math.max(0, at - (isRestarted ? 0 : (before?.at ?? at))) }
  const [failed, preempted] = [grown(server.errors, errors), grown(server.preemptions, preemptions)]
  return {
    restarts: server.restarts + Number(isRestarted),
    // The latest: behind a balancer several processes answer in turn.
    ...(startedSeconds !== undefined && {
      startedSeconds: Math.max(startedSeconds, server.startedSeconds ?? 0),
    }),
    ...(generated !== undefined && { generated }),
    ...(failed && { errors: failed }),
    ...(preempted && { preemptions: preempted }),
  }
}

/** An answer that takes longer is slow. */
export const slowOf = ({ judged, terms }: WatchState): number | undefined =>
  limitsOf(judged, terms.first)?.slowMs

/** How far each test is: at 1 it is shown. */
export const evidenceShares = ({ judged, terms }: WatchState): Readonly<Record<Test, number>> =>
  progressOf(judged, terms.looks, terms.alpha)

/** What is shown to be wrong: the tests that have reached their limit, and the lines that are enough. */
export function alarmsOf(state: WatchState): readonly (Test | 'silence' | 'logs')[] {
  const shown = evidenceShares(state)
  const tests = (Object.keys(TESTS) as Test[]).filter((test) => shown[test] >= 1)
  return [
    ...tests,
    ...(state.silence ? (['silence'] as const) : []),
    ...(enoughLines(state.logs).length > 0 ? (['logs'] as const) : []),
  ]
}

export const enoughLines = (logs: readonly LogCount[]): readonly LogCount[] =>
  logs.filter(({ signature, count }) => {
    const known = SIGNATURES.find(({ id }) => id === signature)
    return known !== undefined && count >= known.failsAt
  })
