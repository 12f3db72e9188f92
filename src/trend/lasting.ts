import { differenceAt, type Levels, levelsOf } from './levels.ts'
import type { Point } from './points.ts'
import type { Transition } from './transition.ts'

/** What a change must reach before it is announced: this share of the level, and the noise of one night. */
export type Threshold = { readonly smallest: number; readonly persistNights: number }

export const thresholdOf = ({ noise }: Levels, { smallest }: Threshold): number =>
  Math.max(Math.log1p(smallest), noise)

/** In standard errors of the difference of two medians: beyond it, most nights of the shorter level agree, whatever a few odd ones say. */
const ERRORS = 4

export type Dropped = {
  readonly transition: Transition
  readonly difference: number
  readonly reason: 'went-away' | 'too-small' | 'not-persisted'
  /** Of one that is too small: what it had to reach. */
  readonly needed?: number
  /** Of an excursion: the way back. */
  readonly back?: Transition
}

export type Lasting = {
  readonly transitions: readonly Transition[]
  readonly levels: Levels
  readonly dropped: readonly Dropped[]
}

/**
 * Which of the located changes last. One at a time is taken out, since what is left then has longer levels on both sides: first an
 * excursion that is over, then the smallest that is too small, then one at the end whose last nights are back.
 */
export function lastingOf(
  points: readonly Point[],
  located: readonly Transition[],
  threshold: Threshold,
): Lasting {
  const dropped: Dropped[] = []
  let transitions = located
  for (;;) {
    const levels = levelsOf(points, transitions)
    const out =
      wentAway(transitions, levels, threshold) ??
      tooSmall(transitions, levels, threshold) ??
      notPersisted(points, transitions, levels, threshold)
    if (!out) return { transitions, levels, dropped }
    dropped.push(out)
    transitions = transitions.filter((one) => one !== out.transition && one !== out.back)
  }
}

/** An excursion of fewer nights than this that came back by itself is over: what was longer was a level. */
const EXCURSION = 15

function wentAway(
  transitions: readonly Transition[],
  levels: Levels,
  threshold: Threshold,
): Dropped | undefined {
  return transitions.flatMap((transition, i) => {
    const [back, after] = [transitions[i + 1], levels.plateaus[i + 2]]
    const { before, difference } = differenceAt(levels, i)
    if (!back || !after || back.to - transition.from >= EXCURSION) return []
    if (Math.abs(after.height - before.height) >= thresholdOf(levels, threshold)) return []
    return [{ transition, back, difference, reason: 'went-away' as const }]
  })[0]
}

function tooSmall(
  transitions: readonly Transition[],
  levels: Levels,
  threshold: Threshold,
): Dropped | undefined {
  const least = transitions
    .map((transition, i) => {
      const { difference, error } = differenceAt(levels, i)
      const needed = Math.max(thresholdOf(levels, threshold), ERRORS * error)
      return { transition, difference, needed, share: Math.abs(difference) / needed }
    })
    .toSorted((a, b) => a.share - b.share)[0]
  if (!least || least.share >= 1) return undefined
  const { transition, difference, needed } = least
  return { transition, difference, needed, reason: 'too-small' }
}

/** Most of the last nights must be on the new side of the middle between the two levels. */
function notPersisted(
  points: readonly Point[],
  transitions: readonly Transition[],
  levels: Levels,
  { persistNights }: Threshold,
): Dropped | undefined {
  const transition = transitions.at(-1)
  if (!transition) return undefined
  const { before, after, difference } = differenceAt(levels, transitions.length - 1)
  const middle = (before.height + after.height) / 2
  const last = points.slice(transition.from).slice(-persistNights)
  const over = last.filter(({ log }) => (log - middle) * difference > 0).length
  if (last.length === persistNights && over > persistNights / 2) return undefined
  return { transition, difference, reason: over === 0 ? 'went-away' : 'not-persisted' }
}
