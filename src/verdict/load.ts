import type { Comparison, LoadRun, Policy, Sample } from '../records/index.ts'
import { detectableRate, median } from '../statistics/index.ts'
import { counted, percent } from './figures.ts'
import { isSpoiled } from './load-metrics.ts'

export type LoadInput = {
  readonly samples: readonly Sample[]
  readonly loads: readonly LoadRun[]
  readonly policy: Policy
}

/** Requests of an open loop that may be sent late because no place was free, as a share: more, and it was a closed loop. */
const MOST_HELD_BACK = 0.01
/** Answers that may be shorter than they were held to, as a share, and by how much the mean length may differ. */
const LENGTH_TOLERANCE = 0.02
/** An answer of less than this share of what was asked, by rule and not by exception, was cut. */
const CUT_SHARE = 0.1

/**
 * What a load is judged by without a limit of the user's: that its requests do not fail, that it was sent as it was stated, and that
 * its answers have the length that they were held to. Nothing where no load was sent.
 */
export function judgeLoads({ samples, loads, policy }: LoadInput): readonly Comparison[] {
  const steady = samples.filter(({ warmth }) => warmth === 'steady')
  if (loads.length === 0 && steady.length === 0) return []
  return [loadErrors(steady, policy), loadSent(loads, steady), loadLengths(steady)]
}

function loadErrors(steady: readonly Sample[], { limits = {} }: Policy): Comparison {
  const base = { id: 'load-errors', says: 'no request under load fails' } as const
  if (limits['steady.errorRate'])
    return { ...base, outcome: 'not-applicable', reason: 'limits.steady.errorRate judges them' }
  const answered = steady.filter(({ turnedAway }) => !turnedAway)
  const failed = bySend(answered.filter(({ outcome }) => outcome !== 'completed'))
  const [value, n] = [failed.length, answered.length]
  const away = turnedAway(steady)
  const known = failed.find((one) => !isOfLateClient(one))
  const first = known ?? failed[0]
  if (first) {
    const cause = first.message ? `${first.outcome}: ${first.message}` : first.outcome
    const reason = `${value} of ${n} requests under load failed, first with ${cause}${away}`
    if (known) return { ...base, outcome: 'failed', reason, value, limit: 0 }
    return { ...base, outcome: 'inconclusive', reason: `${reason}; but the client was late meanwhile`, value }
  }
  if (n === 0)
    return { ...base, outcome: 'inconclusive', reason: `no request of the load was answered${away}` }
  const found = `a failure rate of ${percent(detectableRate(n))} would have shown (95 %)`
  const reason = `0 of ${n} requests under load failed${away}; ${found}`
  return { ...base, outcome: 'passed', reason, value, limit: 0 }
}

const OF_A_CONNECTION: readonly Sample['outcome'][] = ['dns', 'connect', 'tls', 'reset', 'timeout']

/** A client that did not come to its turn meets connections that the service closed meanwhile, as it may after some idle seconds. */
const isOfLateClient = (sample: Sample): boolean =>
  isSpoiled(sample) && OF_A_CONNECTION.includes(sample.outcome)

/** What was asked of the load beside what was sent and what was answered. */
function loadSent(loads: readonly LoadRun[], steady: readonly Sample[]): Comparison {
  const base = { id: 'load-sent', says: 'the load is sent as it was stated' } as const
  const said = loads.map((load) => describeSending(load, steady.filter(ofLoad(load))))
  const short = loads.flatMap(whyNotAsStated)
  if (loads.length === 0) return { ...base, outcome: 'inconclusive', reason: 'the load has no end on record' }
  if (short.length > 0) return { ...base, outcome: 'inconclusive', reason: short.join('; ') }
  return { ...base, outcome: 'passed', reason: said.join('; ') }
}

const ofLoad =
  ({ scenario }: LoadRun) =>
  (sample: Sample): boolean =>
    sample.scenario === scenario

/** Ends that are no part of what was stated. */
const UNFORESEEN: readonly LoadRun['end']['by'][] = ['errors', 'max-seconds', 'target-lost', 'interrupted']

function whyNotAsStated({ says, end, sent, unsent, heldBack, maxInFlight }: LoadRun): readonly string[] {
  if (sent === 0) return [`${says}: nothing was sent`]
  if (UNFORESEEN.includes(end.by)) return [`${says}: ended early, ${end.reason}`]
  const missing = [
    ...(unsent?.tooLate
      ? [`${counted(unsent.tooLate, 'request')} found no place in time and ${were(unsent.tooLate)} not sent`]
      : []),
    ...(unsent?.turns
      ? [`${counted(unsent.turns, 'turn')} ${were(unsent.turns)} not sent, the answer before failed`]
      : []),
  ]
  if (missing.length > 0) return [`${says}: ${missing.join(', ')}`]
  if (!heldBack || heldBack.requests <= MOST_HELD_BACK * sent) return []
  const { requests, firstAtMs, mostMs } = heldBack
  const figures = `first after ${seconds(firstAtMs)}, at most ${seconds(mostMs)} late`
  return [
    `${says}: with ${maxInFlight} in flight ${requests} of ${sent} requests were sent late, ${figures}: raise --concurrency, or lower the rate`,
  ]
}

function describeSending(load: LoadRun, samples: readonly Sample[]): string {
  const { says, requests, sent, end, heldBack, warmUp, steady } = load
  const completed = samples.filter(({ outcome }) => outcome === 'completed').length
  const parts = [
    ...(requests === undefined
      ? [counted(sent, 'request')]
      : [`${sent} of ${counted(requests, 'request')} at ${rateOf(samples)}`]),
    `${completed} completed${turnedAway(samples)}`,
    ...(heldBack ? [`${heldBack.requests} late for want of a place in flight`] : []),
    `warm-up: ${warmUp}`,
    ...(steady ? [`steady for ${seconds(steady.toMs - steady.fromMs)}`] : []),
  ]
  return `${says}: ${parts.join(', ')}; ended: ${end.reason}`
}

/** Of the sends themselves: n requests have n − 1 gaps. */
function rateOf(samples: readonly Sample[]): string {
  const sent = bySend(samples)
  const [first, last] = [sent[0], sent.at(-1)]
  if (!first || !last || last.sentAtMs <= first.sentAtMs) return 'one'
  return `${((1_000 * (sent.length - 1)) / (last.sentAtMs - first.sentAtMs)).toPrecision(4)}/s`
}

function turnedAway(samples: readonly Sample[]): string {
  const away = samples.filter((one) => one.turnedAway)
  if (away.length === 0) return ''
  const waits = away.flatMap((one) => one.turnedAway?.retryAfterMs ?? [])
  const wait = waits.length > 0 ? ` (Retry-After up to ${seconds(Math.max(...waits))})` : ''
  return `, ${away.length} turned away${wait}`
}

/** Whether answers are as long as asked: a service that ends each after one token looks fast. */
function loadLengths(steady: readonly Sample[]): Comparison {
  const base = { id: 'load-lengths', says: 'answers under load have the length that was asked for' } as const
  const counted = steady.flatMap(({ outcome, maxTokens, outputTokens, isLengthHeld = false }) =>
    outcome === 'completed' && maxTokens !== undefined && outputTokens !== undefined
      ? [{ maxTokens, outputTokens, isLengthHeld }]
      : [],
  )
  const held = counted.filter(({ isLengthHeld }) => isLengthHeld)
  const all = held.length > 0 ? held : counted
  if (all.length === 0)
    return { ...base, outcome: 'not-applicable', reason: 'no answer came with a count of its tokens' }
  const [asked, got] = [all.map((one) => one.maxTokens), all.map((one) => one.outputTokens)]
  const short = all.filter((one) => one.outputTokens < one.maxTokens).length
  const differs = mean(got) / mean(asked) - 1
  const figures = `the answers end after ${median(got)} of ${median(asked)} tokens (medians; ${short} of ${all.length} are shorter than asked, the mean differs by ${percent(Math.abs(differs))})`
  if (held.length > 0) {
    const isHeld = short <= LENGTH_TOLERANCE * all.length && Math.abs(differs) <= LENGTH_TOLERANCE
    return { ...base, outcome: isHeld ? 'passed' : 'failed', reason: figures }
  }
  if (median(got.map((tokens, at) => tokens / (asked[at] ?? tokens))) < CUT_SHARE)
    return { ...base, outcome: 'inconclusive', reason: `${figures}: their times say nothing of longer ones` }
  return { ...base, outcome: 'not-applicable', reason: `the service cannot hold a length; ${figures}` }
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length
const bySend = (samples: readonly Sample[]) => samples.toSorted((a, b) => a.sentAtMs - b.sentAtMs)
const seconds = (ms: number): string => `${Number((ms / 1_000).toPrecision(3))} s`
const were = (n: number): string => (n === 1 ? 'was' : 'were')
