import type { Acceptance, Dismissal, Night, SeriesKey, SeriesTrend } from '../records/index.ts'
import { droppedDismissal, environmentDismissal, hostDismissal, spikes } from './dismissals.ts'
import { invalidStretches, missingStretches } from './gaps.ts'
import { hostMoves, hostOffsets, withoutHosts } from './hosts.ts'
import { judge } from './judge.ts'
import type { Threshold } from './lasting.ts'
import { differenceAt } from './levels.ts'
import { type Look, lookAt } from './look.ts'
import { againstReference, type Point, pointsOf } from './points.ts'
import { segmentsOf } from './segments.ts'
import { steadySentence, tooFewSentence } from './sentence.ts'

export type TrendOptions = Partial<Threshold> & {
  /** Oldest first; the last one is what the series is held against. */
  readonly acceptances?: readonly Acceptance[]
}

const DEFAULTS: Threshold = { smallest: 0.02, persistNights: 3 }
/** Fewer nights that count have no level and no noise. */
const FEWEST = 7

/**
 * Whether a series moved, since when, by how much, and what else changed then. Nights are in the order of time. What was located
 * must last, be large enough, and not be explained by hosts, by the reference target, or by what was asked and answered; each that
 * is dismissed is listed with its reason.
 */
export function analyse(
  series: SeriesKey,
  nights: readonly Night[],
  { acceptances = [], ...given }: TrendOptions = {},
): SeriesTrend {
  const threshold = { ...DEFAULTS, ...given }
  const raw = pointsOf(nights)
  const ratio = againstReference(raw)
  const measured = ratio ?? raw
  const gaps = [...invalidStretches(nights), ...missingStretches(nights)]
  const common = {
    series,
    nights: nights.length,
    used: measured.length,
    againstReference: ratio !== undefined,
  }
  if (measured.length < FEWEST) {
    const sentence = tooFewSentence(series, measured.length, FEWEST)
    return { ...common, state: 'too-few', changes: [], dismissed: gaps, sentence }
  }
  const offsets = hostOffsets(measured)
  const look = lookAt(withoutHosts(measured, offsets), threshold)
  const { changes, dismissed } = judge(look, { ...common, acceptances })
  const dropped = look.dropped.flatMap((one) => droppedDismissal(one, look.points))
  const moves = hostMoves(measured, offsets).filter(({ offset }) => Math.abs(offset) >= look.least)
  const environment = ratio ? movedWithReference(raw, look, threshold) : []
  const open = changes.filter(({ status }) => status === 'open')
  const { noise } = look.levels
  const { accepted, current } = segmentsOf(look, changes, acceptances)
  const all = [
    ...gaps,
    ...dropped,
    ...spikes(look),
    ...moves.map(hostDismissal),
    ...dismissed,
    ...environment,
  ]
  return {
    ...{ ...common, state: open.length > 0 ? 'changed' : 'steady', noise, accepted, current, changes },
    dismissed: all.toSorted((a, b) => a.index - b.index),
    sentence: open.map((change) => change.sentence).join(' ') || steadySentence(series, current, noise),
  }
}

/** Nights by which the same change may be located apart in two series. */
const APART = 5

/** What moved by itself and not against the reference target. */
function movedWithReference(raw: readonly Point[], look: Look, threshold: Threshold): readonly Dismissal[] {
  const own = look.transitions.map(({ from }) => look.points[from]?.position ?? 0)
  const { points, transitions, levels } = lookAt(withoutHosts(raw, hostOffsets(raw)), threshold)
  return transitions.flatMap(({ from }, i) => {
    const point = points[from]
    if (!point || own.some((position) => Math.abs(position - point.position) <= APART)) return []
    return [environmentDismissal(point, differenceAt(levels, i).difference)]
  })
}
