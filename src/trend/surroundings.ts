import type { AttributeChange } from '../records/index.ts'
import type { Point } from './points.ts'

/** What was measured, not set: its shifts are judged in lengths.ts. */
const MEASURED = ['outputTokens', 'inputTokens', 'cacheHitRate']

/** A value that one of so many nights before had already is not what changed: hosts that take turns. */
const EARLIER = 14

/**
 * What else changed while the level did: attributes whose value on the last night before the interval is another one than on the
 * last night in it, by which the level had moved.
 */
export function changedInside(
  points: readonly Point[],
  [from, to]: readonly [from: number, to: number],
): readonly AttributeChange[] {
  const earlier = points.slice(Math.max(0, from - EARLIER), from)
  const before = earlier.at(-1)?.night.attributes ?? {}
  return Object.entries(points[to]?.night.attributes ?? {})
    .filter(([name, after]) => !MEASURED.includes(name) && name in before && before[name] !== after)
    .filter(([name, after]) => !earlier.some(({ night }) => night.attributes[name] === after))
    .map(([name, after]) => ({ name, before: String(before[name]), after: String(after) }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}
