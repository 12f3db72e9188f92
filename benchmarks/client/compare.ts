import { quantile } from '../../src/statistics/index.ts'
import type { Quantiles, Reported, Round, SeenAnswer, TrueAnswer } from './records.ts'

type Compared = Pick<
  Round,
  | 'answers'
  | 'events'
  | 'lost'
  | 'requestsPerSecond'
  | 'skewMs'
  | 'ttftBiasMs'
  | 'gapBiasMs'
  | 'e2eBiasMs'
  | 'failure'
>

/** What a client reported against what the stub knows. */
export function compare(reported: Reported, truth: readonly TrueAnswer[], isWhole: boolean): Compared {
  // A client that tries the service before its run has more answers than it reports: those were the first.
  const answers = truth.toSorted((a, b) => a.receivedNs - b.receivedNs).slice(-reported.completed)
  const events = answers.reduce((sum, { emittedNs }) => sum + emittedNs.length, 0)
  const all = answers.filter(({ emittedNs }) => emittedNs.length > 0)
  const { seen, stamps = 'every event', gapMs, ttftMs, e2eMs, failed, clock } = reported
  const pairs = seen && pairsOf(seen, answers)
  const offsetMs = clock === undefined || !pairs ? 0 : offsetOf(pairs)
  const skew =
    pairs?.flatMap(({ seen, truth }) => skewsOf(seen, truth, stamps)).map((ms) => ms - offsetMs) ?? []
  return {
    ...{ answers: answers.length, events },
    lost: lostOf(reported, answers, events, isWhole),
    ...(answers.length > 1 && { requestsPerSecond: rateOf(answers) }),
    ...(failed > 0 && { failure: `${failed} requests failed` }),
    ...(skew.length > 0 && {
      skewMs: { ...quantilesOf(skew), stamps, isPairedById: seen?.[0]?.id !== undefined },
    }),
    ...(ttftMs && { ttftBiasMs: minus(ttftMs, quantilesOf(all.map(ttftOf))) }),
    ...(gapMs && {
      gapBiasMs: {
        ...minus(gapMs, quantilesOf(all.flatMap(gapMs.of === 'events' ? gapsOf : meanGapOf))),
        of: gapMs.of,
      },
    }),
    ...(e2eMs && { e2eBiasMs: minus(e2eMs, quantilesOf(all.map(e2eOf))) }),
  }
}

/** n − 1 gaps between n requests; they are in the order in which they were read. */
const rateOf = (answers: readonly TrueAnswer[]): number =>
  ((answers.length - 1) * 1e9) / ((answers.at(-1)?.receivedNs ?? 0) - (answers[0]?.receivedNs ?? 0))

/** Type 7. */
const quantilesOf = (values: readonly number[]): Quantiles => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
})

const minus = (one: Quantiles, other: Quantiles): Quantiles => ({
  p50: one.p50 - other.p50,
  p99: one.p99 - other.p99,
})

const ttftOf = ({ emittedNs, receivedNs }: TrueAnswer): number => ((emittedNs[0] ?? 0) - receivedNs) / 1e6
const e2eOf = ({ emittedNs, receivedNs }: TrueAnswer): number => ((emittedNs.at(-1) ?? 0) - receivedNs) / 1e6
const gapsOf = ({ emittedNs }: TrueAnswer): readonly number[] =>
  emittedNs.slice(1).map((at, index) => (at - (emittedNs[index] ?? 0)) / 1e6)

function meanGapOf(answer: TrueAnswer): readonly number[] {
  const gaps = gapsOf(answer)
  return gaps.length === 0 ? [] : [gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length]
}

/** Events that were written and not seen; answers where the client keeps no events. */
function lostOf(
  { seen, stamps, completed }: Reported,
  answers: readonly TrueAnswer[],
  events: number,
  isWhole: boolean,
): number {
  if (isWhole || !seen) return answers.length - completed
  if (stamps === 'first and last') return answers.length - seen.length
  return events - seen.reduce((sum, { atNs }) => sum + atNs.length, 0)
}

type Pair = { readonly seen: SeenAnswer; readonly truth: TrueAnswer }

/**
 * By the answer's id where the client keeps it. Else in order: the n-th request that was sent is the n-th that was read; two that change
 * places were sent within the time that they took, so what one's skew is too large the other's is too small.
 */
export function pairsOf(seen: readonly SeenAnswer[], truth: readonly TrueAnswer[]): readonly Pair[] {
  if (seen[0]?.id !== undefined) {
    const byId = new Map(truth.map((answer) => [answer.id, answer]))
    return seen.flatMap((one) => {
      const truth = byId.get(one.id ?? '')
      return truth ? [{ seen: one, truth }] : []
    })
  }
  const inOrder = seen.toSorted((a, b) => a.sentNs - b.sentNs)
  return inOrder.flatMap((one, index) => {
    const answer = truth[index]
    return answer ? [{ seen: one, truth: answer }] : []
  })
}

/** Receipt minus emission of each event that the client stamped, in milliseconds. */
function skewsOf(
  { atNs }: SeenAnswer,
  { emittedNs }: TrueAnswer,
  stamps: Reported['stamps'],
): readonly number[] {
  const emitted = stamps === 'first and last' ? [emittedNs[0], emittedNs.at(-1)] : emittedNs
  return atNs.flatMap((at, index) => {
    const from = emitted[index]
    return from === undefined ? [] : [(at - from) / 1e6]
  })
}

/**
 * By how many milliseconds a client's clock is ahead, where it has an origin of its own: as NTP has it (RFC 5905 §8), from the quickest
 * request and the quickest event of all. The way there ends when the stub has read the whole request, so it is the longer one, and the
 * skew that comes out is rather too large.
 */
export function offsetOf(pairs: readonly Pair[]): number {
  let [there, back] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { seen, truth } of pairs) {
    there = Math.min(there, (truth.receivedNs - seen.sentNs) / 1e6)
    for (const skew of skewsOf(seen, truth, 'every event')) back = Math.min(back, skew)
  }
  return (back - there) / 2
}
