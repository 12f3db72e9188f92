import assert from 'node:assert/strict'
import { evidenceAbove } from './evidence.ts'

/** Milliseconds; sent after any common start. */
export type TimedAnswer = { readonly sentAtMs: number; readonly e2eMs: number }

/** Probability of saying "exceeded" of a median that is on the limit, within the assumptions of `evidenceAbove`. */
const ALPHA = 0.01
/** A pause of this length, whatever its cause, must not decide by itself. */
const PAUSE_MS = 10_000
/** Two slow answers may be two replicas that start behind one address. */
const FEWEST_ANSWERS = 3
/** Where a larger share keeps the limit, the answers are of two kinds and no level describes them. */
const MOST_WITHIN = 1 / 8
/** An answer counts as at most this many times the limit, and at least as this part of it. */
const MOST_TIMES = 5

/**
 * Whether the median of answers is shown to exceed a limit: after how many of them, in the order in which they were sent,
 * or undefined. Asked as often as one likes, it is wrong for at most one service in a hundred.
 *
 * The evidence (`evidenceAbove`) must reach 100, and must reach it still without all answers that were sent in any ten
 * seconds: a pause lies in one such stretch, and what is left is the undisturbed service. A stretch is longer by the limit,
 * since an answer that was in flight when a pause began was sent that much earlier. So the evidence always comes from
 * answers that were sent more than ten seconds apart, and quick answers need many: the final decision judges those.
 *
 * Simulated with log-normal answers (coefficient of variation 0.3, 20,000 series) at AR(1) of 0 / .6 / .8 / .9, shares in %.
 * Median on the limit, 60 answers: of half a second 0 / 0 / 0 / 0.3, of 12 s 0 / 0 / 0.2 / 1.4; with a pause of ten
 * seconds at most 0.2 at .8. Twice the limit, within 60: of half a second 100 / 99 / 95 / 90, of 1 s 100 / 100 / 99 / 96. Five times, of 2.5 s, within
 * ten: 100 / 100 / 99 / 99; of 15 s, within three: 97. Beyond the assumptions: at a coefficient of variation of 0.6 and AR(1)
 * .8 the false ones are 1.3 % of half a second and 5.4 % of 12 s; of answers of which 40 % take ten times as long, 4 to 7 %.
 */
export function exceedsAfter(answers: readonly TimedAnswer[], limitMs: number): number | undefined {
  for (const { sentAtMs } of answers) assert(Number.isFinite(sentAtMs), 'an answer was sent at no time')
  const prefixes = prefixesOf(
    answers.map(({ e2eMs }) => e2eMs),
    limitMs,
  )
  return prefixes.find(
    (prefix) => isShown(prefix) && isShownWithoutAnyPause(prefix, prefixes, answers, limitMs),
  )?.count
}

/** The same for a set of answers that is complete, where it does not matter how far apart they were sent. */
export function exceedsByFar(valuesMs: readonly number[], limitMs: number): boolean {
  const whole = prefixesOf(valuesMs, limitMs).at(-1)
  return whole !== undefined && isShown(whole)
}

/** The same for a median below the limit: mirrored at the limit, where log times have the same law. */
export const keepsByFar = (valuesMs: readonly number[], limitMs: number): boolean =>
  exceedsByFar(
    valuesMs.map((ms) => limitMs ** 2 / ms),
    limitMs,
  )

/** The first `count` answers: sums of their logarithms of value / limit. */
type Prefix = {
  readonly count: number
  readonly sum: number
  readonly squares: number
  readonly first: number
  readonly last: number
  /** How many keep the limit. */
  readonly within: number
}

function prefixesOf(valuesMs: readonly number[], limitMs: number): readonly Prefix[] {
  assert(limitMs > 0 && Number.isFinite(limitMs), `the limit must be positive and finite, not ${limitMs}`)
  let [count, sum, squares, within, first] = [0, 0, 0, 0, Number.NaN]
  return valuesMs.map((ms) => {
    assert(ms > 0, 'an answer takes a positive time')
    const last = Math.log(Math.min(MOST_TIMES, Math.max(1 / MOST_TIMES, ms / limitMs)))
    if (count++ === 0) first = last
    sum += last
    squares += last ** 2
    if (ms <= limitMs) within++
    return { count, sum, squares, first, last, within }
  })
}

function isShown(prefix: Prefix): boolean {
  const { count, within } = prefix
  if (count < FEWEST_ANSWERS || within > MOST_WITHIN * count) return false
  return evidenceAbove({ ...prefix, variance: varianceOf(prefix) }) >= 1 / ALPHA
}

/** Whether the evidence of the first answers suffices without those of any one pause. */
function isShownWithoutAnyPause(
  prefix: Prefix,
  prefixes: readonly Prefix[],
  answers: readonly TimedAnswer[],
  limitMs: number,
): boolean {
  const sentAtMs = (place: number) => (answers[place] as TimedAnswer).sentAtMs
  let to = 0
  for (let from = 0; from < prefix.count; from++) {
    const endMs = sentAtMs(from) + PAUSE_MS + limitMs
    while (to < prefix.count && sentAtMs(to) < endMs) to++
    if (!isShownWithout(from, to, prefix, prefixes)) return false
  }
  return true
}

/** Without the answers `from` to `to`, the last of them not included. */
function isShownWithout(from: number, to: number, prefix: Prefix, prefixes: readonly Prefix[]): boolean {
  const [before, end, after] = [
    prefixes[from - 1],
    prefixes[to - 1] as Prefix,
    to < prefix.count ? prefixes[to] : undefined,
  ]
  const count = prefix.count - (to - from)
  if (count === 0) return false
  const first = (before ? before.first : after?.last) as number
  const last = (after ? prefix.last : before?.last) as number
  const sum = prefix.sum - end.sum + (before?.sum ?? 0)
  return evidenceAbove({ count, sum, first, last, variance: varianceOf(prefix) }) >= 1 / ALPHA
}

/** Of at least two. */
const varianceOf = ({ count, sum, squares }: Prefix): number => (squares - sum ** 2 / count) / (count - 1)
