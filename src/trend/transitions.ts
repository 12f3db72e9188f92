import type { ChangePoint } from '../records/index.ts'
import type { Plateau } from './levels.ts'
import type { Transition } from './transition.ts'

/** Where a ramp has not ended, its last nights are the level that it has reached. */
const REACHED = 14
/** The same where it ends in another that goes on from there. */
const TURN = 5

/** A ramp comes as two change points, where its line begins and where it ends; the second moves little by itself. */
export function transitionsOf(
  located: readonly ChangePoint[],
  count: number,
  smallest: number,
): Transition[] {
  const isLarge = ({ effect }: ChangePoint): boolean => Math.abs(effect) >= smallest
  return located.flatMap((point, i): Transition[] => {
    const { index, interval, kind } = point
    if (kind === 'step') return [{ from: index, to: index, kind, interval }]
    if (!isLarge(point)) return []
    const next = located[i + 1]
    const end = !next ? count - REACHED : isLarge(next) ? next.index - TURN : next.index
    const to = Math.min(count - 1, Math.max(index + 1, end))
    return [{ from: index, to, kind, interval: [interval[0], to] as const }]
  })
}

/** A stair of at least so many steps in one direction, none far larger than the others, is a ramp that was located step by step. */
const STAIRS = 3
const LARGEST_SHARE = 0.6
/** Longer levels between two steps are levels. */
const LANDING = 60

export function withoutStairs(
  transitions: readonly Transition[],
  plateaus: readonly Plateau[],
): Transition[] {
  const rises = transitions.map((_, i) => (plateaus[i + 1]?.height ?? 0) - (plateaus[i]?.height ?? 0))
  const found: Transition[] = []
  for (let i = 0; i < transitions.length; ) {
    let last = i
    while (isNextStair(last + 1, i)) last += 1
    const steps = rises.slice(i, last + 1)
    const total = steps.reduce((sum, one) => sum + Math.abs(one), 0)
    const [first, end] = [transitions[i], transitions[last]]
    if (!first || !end) break
    const isRamp = steps.length >= STAIRS && steps.every((one) => Math.abs(one) <= LARGEST_SHARE * total)
    if (isRamp)
      found.push({
        from: first.from,
        to: end.to,
        kind: 'ramp',
        interval: [first.interval[0], end.interval[1]],
      })
    else found.push(...transitions.slice(i, last + 1))
    i = last + 1
  }
  return found

  function isNextStair(next: number, first: number): boolean {
    const [rise, landing] = [rises[next], plateaus[next]]
    if (rise === undefined || !landing || landing.to - landing.from >= LANDING) return false
    return Math.sign(rise) === Math.sign(rises[first] ?? 0)
  }
}
