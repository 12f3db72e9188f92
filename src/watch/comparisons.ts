import type { Comparison, HookEnd, Watched } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import { ALLOWED_ERRORS, BLOCK, MEDIAN_FACTOR, SLOW_FACTOR, type Test } from './judge-answers.ts'
import { SIGNATURES } from './log/signatures.ts'
import { enoughLines, evidenceShares, slowOf, type WatchState } from './state.ts'

/** How the log was followed; absent: nobody asked for it. */
export type LogWatch = { readonly lines: number; readonly lost?: string }

export type WatchedMore = {
  readonly log?: LogWatch
  readonly hook?: HookEnd
  readonly notes?: readonly string[]
  /** The moment at which `watchedMs` of the state was read: what began is told by the clock on the wall. */
  readonly now?: Date
}

/** What a watch came to, as its journal keeps it. */
export function watchedOf(state: WatchState, { log, hook, notes = [], now }: WatchedMore = {}): Watched {
  const { since, watchedMs, requests, failed, promptTokens, outputTokens, terms, logs } = state
  return {
    ...{ since, watchedMs, requests, failed, promptTokens, outputTokens },
    ...{ alpha: terms.alpha, looks: terms.looks },
    comparisons: [
      errorsOf(state),
      silenceOf(state),
      tailOf(state),
      medianOf(state),
      ...(log || logs.length > 0 ? [logsOf(state, log)] : []),
    ].map(({ sinceMs, ...one }) => ({
      ...one,
      ...(now &&
        sinceMs !== undefined &&
        one.outcome === 'failed' && { since: wallOf(now, watchedMs - sinceMs) }),
    })),
    notes: [...notesOf(state), ...notes],
    ...(logs.length > 0 && { logs }),
    ...(hook && { hook }),
  }
}

/** `sinceMs`: when what it tells began, since the watch did. */
type Dated = Comparison & { readonly sinceMs?: number | undefined }

const wallOf = (now: Date, agoMs: number): string => new Date(now.getTime() - agoMs).toISOString()

const isShown = (state: WatchState, test: Test): boolean => evidenceShares(state)[test] >= 1

function errorsOf(state: WatchState): Dated {
  const { requests, failed, newest, lastFailure, greenButFailed } = state
  const says = `at most ${percent(ALLOWED_ERRORS)} of the requests fail`
  const rate = { value: requests === 0 ? 0 : failed / requests, limit: ALLOWED_ERRORS }
  const base = { id: 'watch.errors', says, sinceMs: state.failingAtMs }
  if (requests < state.terms.first)
    return isShown(state, 'errors')
      ? { ...base, ...rate, outcome: 'failed', reason: whyErrors() }
      : {
          ...base,
          outcome: 'inconclusive',
          reason: `${count(requests, 'request')} of the first ${state.terms.first} came back`,
        }
  if (isShown(state, 'errors')) return { ...base, ...rate, outcome: 'failed', reason: whyErrors() }
  return { ...base, ...rate, outcome: 'passed', reason: `${failed} of ${count(requests, 'request')} failed` }

  function whyErrors(): string {
    const recent = newest.filter(Boolean).length
    const streak = newest.length - 1 - newest.lastIndexOf(false)
    const which =
      streak > 1
        ? `the last ${streak} requests failed`
        : `${recent} of the last ${newest.length} requests failed`
    const last = lastFailure ? `, the last with ${lastFailure.failure}: ${lastFailure.message}` : ''
    const green =
      greenButFailed > 0
        ? `; health was green beside ${greenButFailed === failed ? (failed === 1 ? 'it' : 'each of them') : `${greenButFailed} of them`}`
        : ''
    return `${which}, ${failed} of ${requests} in all${last}${green}`
  }
}

function tailOf(state: WatchState): Dated {
  const base = {
    id: 'watch.slow-share',
    says: `few answers take more than ${SLOW_FACTOR} times the 90th percentile of the reference`,
  }
  const slowFrom = slowOf(state)
  if (slowFrom === undefined)
    return {
      ...base,
      outcome: 'inconclusive',
      reason: `${count(state.judged.reference.length, 'good answer')} are no reference: ${state.terms.first} are`,
    }
  const level = state.judged.reference.length > 0 ? median(state.judged.reference) : 0
  const reason = `${state.slow} of ${count(state.requests, 'request')} took more than ${ms(slowFrom)}, where a usual one takes ${ms(level)}`
  const value = { value: state.slow, sinceMs: state.slowAtMs }
  if (isShown(state, 'tail')) return { ...base, ...value, outcome: 'failed', reason }
  if (state.late > MOST_LATE * state.requests)
    return {
      ...base,
      outcome: 'inconclusive',
      reason: `${state.late} of ${count(state.requests, 'request')} could not be timed: this machine was too busy; watch from a quieter one`,
    }
  return { ...base, ...value, outcome: 'passed', reason }
}

/** A share of the answers that may be without a time, and the rest still tells. */
const MOST_LATE = 0.5

function silenceOf({ silence, watchedMs }: WatchState): Dated {
  const base = { id: 'watch.silence', says: 'the service answers at all' }
  if (!silence) return { ...base, outcome: 'passed', reason: 'no requests waited in vain' }
  const reason = `nothing came back for ${ms(silence.ms)}, while ${silence.waiting} requests waited`
  return { ...base, outcome: 'failed', reason, value: silence.ms, sinceMs: watchedMs - silence.ms }
}

function medianOf(state: WatchState): Dated {
  const { judged } = state
  const base = {
    id: 'watch.median',
    says: `the median answer takes at most ${MEDIAN_FACTOR} times what it took`,
  }
  const level = judged.level ?? (judged.reference.length > 0 ? median(judged.reference) : undefined)
  if (judged.evidence.median.length === 0 || level === undefined)
    return {
      ...base,
      outcome: 'not-applicable',
      reason: 'too few answers to hold a median against: the share of slow ones decides alone',
    }
  const blocks = `blocks of ${BLOCK} answers against a median of ${ms(level)}`
  return isShown(state, 'median')
    ? {
        ...base,
        outcome: 'failed',
        reason: `${blocks}: too many are above ${ms(MEDIAN_FACTOR * level)}`,
        limit: MEDIAN_FACTOR * level,
      }
    : { ...base, outcome: 'passed', reason: `${blocks}: no rise is shown`, limit: MEDIAN_FACTOR * level }
}

function logsOf({ logs }: WatchState, log?: LogWatch): Dated {
  const base = { id: 'watch.logs', says: 'the log shows no known sign of a broken service' }
  const enough = enoughLines(logs)
  const total = logs.reduce((sum, one) => sum + one.count, 0)
  const [first] = enough
  if (first) {
    const says = SIGNATURES.find(({ id }) => id === first.signature)?.says ?? first.signature
    return {
      ...base,
      outcome: 'failed',
      reason: `${says} (${first.signature}, ${count(first.count, 'line')}): ${first.first}`,
      value: total,
      sinceMs: first.firstAtMs,
    }
  }
  if (log?.lost !== undefined)
    return { ...base, outcome: 'inconclusive', reason: `the log was not read to the end: ${log.lost}` }
  const seen = logs.map((one) => `${one.signature} ${one.count}`).join(', ')
  return {
    ...base,
    outcome: 'passed',
    reason: `${count(log?.lines ?? 0, 'line')} read${seen && `, ${seen}`}`,
    value: total,
  }
}

function notesOf({
  health,
  server,
  greenButFailed,
  resumed,
  failed,
  turnedAway,
  late,
}: WatchState): readonly string[] {
  const { restarts, errors, preemptions } = server
  return [
    ...(greenButFailed > 0
      ? [
          `Health was green beside ${greenButFailed} of ${count(failed, 'failed generation')}: it says nothing about the model.`,
        ]
      : []),
    ...(health.red > 0
      ? [
          `Health was not green ${health.red} of ${count(health.asked, 'time')}${health.reason === undefined ? '' : `: ${health.reason}`}.`,
        ]
      : []),
    ...(turnedAway > 0
      ? [`The service turned ${count(turnedAway, 'request')} away (HTTP 429): they decide nothing.`]
      : []),
    ...(late > 0
      ? [
          `The time of ${count(late, 'answer')} was not judged: infergate itself could not run meanwhile, this machine was too busy.`,
        ]
      : []),
    ...(restarts > 0
      ? [`The server's process was started anew ${count(restarts, 'time')} while it was watched.`]
      : []),
    ...(errors && errors.grew > 0
      ? [`The server counted ${count(errors.grew, 'request')} that ended with an error or were aborted.`]
      : []),
    ...(preemptions && preemptions.grew > 0
      ? [`The server counted ${count(preemptions.grew, 'preemption')}.`]
      : []),
    ...(resumed > 0 ? [`It went on after ${count(resumed, 'restart')} of infergate watch.`] : []),
  ]
}

const percent = (share: number): string => `${100 * share} %`
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
const ms = (value: number): string =>
  value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`
