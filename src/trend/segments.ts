import type { Acceptance, Segment, TrendChange } from '../records/index.ts'
import { acceptedIndex, levelOf } from './judge.ts'
import type { Look } from './look.ts'

/** What the series is held against, which ends where the first change begins that nobody accepted, and the level of its last night. */
export function segmentsOf(
  look: Look,
  changes: readonly TrendChange[],
  acceptances: readonly Acceptance[],
): { readonly accepted: Segment; readonly current: Segment } {
  const { points, levels } = look
  const indexOf = (change: TrendChange): number =>
    points.findIndex(({ position }) => position === change.index)
  const last = points.length - 1
  const accepted = changes.findLast(({ status }) => status === 'accepted')
  const open = changes.find(({ status }) => status === 'open')
  const night = Math.min(last, acceptedIndex(points, acceptances) ?? 0)
  const from = accepted ? indexOf(accepted) : night
  const to = open ? Math.max(from, indexOf(open) - 1) : last
  return {
    accepted: segment(look, from, to),
    current: segment(
      look,
      Math.min(last, Math.max(levels.plateaus.at(-1)?.from ?? 0, open ? indexOf(open) : from)),
      last,
    ),
  }
}

function segment({ points }: Look, first: number, last: number): Segment {
  const own = points.slice(first, last + 1)
  const [from, to] = [own[0], own.at(-1)]
  return {
    ...{ from: from?.position ?? 0, to: to?.position ?? 0, since: from?.night.at ?? '' },
    ...{ level: levelOf(own), nights: own.length },
  }
}
