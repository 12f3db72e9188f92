import type { Sample } from '../../records/index.ts'
import { quantile } from '../../statistics/index.ts'

type Timed = Pick<Sample, 'sentAtMs' | 'e2eMs' | 'dueAtMs'>

/** Fewer answers than this share of what was due: the target does not keep up. */
const KEPT_UP = 0.95
/** Standard deviations by which chance moves what is in flight. */
const SIGMAS = 3

/**
 * Why an open loop is beyond what its target can do; undefined where it is not known to be. In its second half fewer than 95 % as many
 * requests were answered as were due, and the number in flight grew by more than chance moves it: of Poisson arrivals to a target
 * with room it is Poisson itself (M/G/∞), so that the difference of two counts has a variance of their sum. Answers that take as long
 * as a quarter of the load tell nothing: the number in flight is still on its way up.
 */
export function saturationOf(samples: readonly Timed[]): string | undefined {
  const spans = samples
    .flatMap(({ dueAtMs, sentAtMs, e2eMs }) =>
      dueAtMs === undefined ? [] : [{ fromMs: dueAtMs, toMs: sentAtMs + e2eMs }],
    )
    .toSorted((one, other) => one.fromMs - other.fromMs)
  const [first, last] = [spans[0]?.fromMs, spans.at(-1)?.fromMs]
  if (first === undefined || last === undefined || last <= first) return undefined
  const early = spans.filter(({ fromMs }) => fromMs < first + (last - first) / 4)
  // The quickest of them: the others may wait in the queue that is looked for.
  if (
    quantile(
      early.map(({ fromMs, toMs }) => toMs - fromMs),
      0.1,
    ) >
    (last - first) / 4
  )
    return undefined
  const middle = (first + last) / 2
  const within = (ms: number) => ms > middle && ms <= last
  const due = spans.filter(({ fromMs }) => within(fromMs)).length
  const answered = spans.filter(({ toMs }) => within(toMs)).length
  const inFlight = (atMs: number) => spans.filter(({ fromMs, toMs }) => fromMs <= atMs && toMs > atMs).length
  const [before, after] = [inFlight(middle), inFlight(last)]
  if (answered >= KEPT_UP * due || after - before <= SIGMAS * Math.sqrt(before + after)) return undefined
  const perSecond = (count: number) => Number(((1_000 * count) / (last - middle)).toPrecision(3))
  return `${perSecond(due)} requests/s were due and ${perSecond(answered)} were answered, while those in flight grew from ${before} to ${after}`
}
