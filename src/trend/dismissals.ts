import type { Dismissal, DismissalReason } from '../records/index.ts'
import type { Move } from './hosts.ts'
import type { Dropped } from './lasting.ts'
import type { Look } from './look.ts'
import type { Point } from './points.ts'
import { dayOf, percent } from './words.ts'

const moved = (difference: number): string =>
  `${difference > 0 ? 'rose' : 'fell'} by ${percent(Math.abs(Math.expm1(difference)))}`

const dismissal = (
  reason: DismissalReason,
  { position, night }: Point,
  difference: number,
  sentence: string,
): Dismissal => ({ reason, index: position, at: night.at, effect: Math.expm1(difference), sentence })

export function droppedDismissal(dropped: Dropped, points: readonly Point[]): readonly Dismissal[] {
  const [point, until] = [points[dropped.transition.from], points[dropped.back?.to ?? -1]]
  if (!point) return []
  const it = `The level ${moved(dropped.difference)} on ${dayOf(point.night.at)}`
  const why = {
    'went-away': until ? ` and was back on ${dayOf(until.night.at)}.` : ' and the last nights are back.',
    'too-small': `: less than the ${percent(Math.expm1(dropped.needed ?? 0))} that counts after so many nights.`,
    'not-persisted': ', and its last nights do not agree about it.',
  }[dropped.reason]
  return [dismissal(dropped.reason, point, dropped.difference, it + why)]
}

export const hostDismissal = ({ point, from, to, offset }: Move): Dismissal =>
  dismissal(
    'host-change',
    point,
    offset,
    `The level ${moved(offset)} on ${dayOf(point.night.at)}, when the host changed from ${from} to ${to}: no night tells the host from the service.`,
  )

export const lengthsDismissal = (
  reason: DismissalReason,
  point: Point,
  difference: number,
  says: string,
): Dismissal =>
  dismissal(
    reason,
    point,
    difference,
    `The level ${moved(difference)} on ${dayOf(point.night.at)}, when ${says}: that explains it.`,
  )

export const environmentDismissal = (point: Point, difference: number): Dismissal =>
  dismissal(
    'environment',
    point,
    difference,
    `The level ${moved(difference)} on ${dayOf(point.night.at)}, and the reference target moved too: the environment changed, not the service.`,
  )

/** In noise of one night: beyond it a night is odd, not merely late in the tail. */
const ODD = 4

/** Single nights far from their level; those of an excursion are said with it. */
export function spikes({ points, levels, dropped, least }: Look): readonly Dismissal[] {
  const { plateaus, noise } = levels
  const far = Math.max(ODD * noise, least)
  const isInExcursion = (index: number): boolean =>
    dropped.some(({ transition, back }) => back && index >= transition.from && index < back.to)
  return plateaus.flatMap(({ from, to, height }) =>
    points.slice(from, to).flatMap((point, i) => {
      const off = point.log - height
      if (Math.abs(off) <= far || isInExcursion(from + i)) return []
      const distance = `${percent(Math.abs(Math.expm1(off)))} ${off > 0 ? 'above' : 'below'} its level`
      return [
        dismissal('spike', point, off, `The night of ${dayOf(point.night.at)} lies ${distance}: a spike.`),
      ]
    }),
  )
}
