import type { SeriesKey } from '../../../records/index.ts'
import { byPlace, nameOf, type SeriesView } from '../../trend/view.ts'

/** A series with the name under which the page's address knows it: `#series=chat-e2eMsP50-warm`. */
export type PlacedSeries = { readonly id: string; readonly view: SeriesView }

/** Every series under a name of its own, those of one service together, and what moved for the worse first in each. */
export function placed(series: readonly SeriesView[]): ReadonlyMap<string, readonly PlacedSeries[]> {
  const taken = new Set<string>()
  const places = [...byPlace(series)].map(
    ([place, members]) =>
      [
        place,
        worstFirst(members).map((view) => ({ id: unused(slugOf(view.trend.series), taken), view })),
      ] as const,
  )
  return new Map(places.toSorted(([, a], [, b]) => badnessOf(b[0]?.view) - badnessOf(a[0]?.view)))
}

/** The last change that nobody accepted. */
export const openChange = ({ trend }: SeriesView) => trend.changes.findLast(({ status }) => status === 'open')

/** Moves of a level that something else explains, and that are not announced for it. */
export const explainedMoves = ({ trend }: SeriesView) =>
  trend.dismissed.filter(({ reason }) => EXPLAINED.includes(reason))

const EXPLAINED: readonly string[] = [
  'host-change',
  'environment',
  'output-length',
  'input-length',
  'cache-hits',
]

const worstFirst = (series: readonly SeriesView[]): readonly SeriesView[] =>
  series.toSorted((a, b) => badnessOf(b) - badnessOf(a))

/** Worse by how much; what became better comes behind it, and before what is steady. */
function badnessOf(view: SeriesView | undefined): number {
  const change = view && openChange(view)
  if (!change) return 0
  const size = Math.min(1e6, Math.abs(change.effect))
  return change.direction === 'worse' ? 1 + size : size / 1e6
}

/** What is named only where it tells two series apart would make a link change when a series is added. */
const slugOf = (key: SeriesKey): string =>
  [key.targetName, nameOf(key), key.hardware]
    .map((part) => part.replaceAll(/[^\w.]+/g, '-').replace(/^[-.]+|[-.]+$/g, ''))
    .join('-')

function unused(name: string, taken: Set<string>): string {
  for (let nth = 1; ; nth++) {
    const candidate = nth === 1 ? name : `${name}-${nth}`
    if (taken.has(candidate)) continue
    taken.add(candidate)
    return candidate
  }
}
