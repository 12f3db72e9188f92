/** One point of a chart. */
export type Point = { readonly x: number; readonly y: number }

/**
 * Of each of so many equal spans of x the lowest and the highest point, in the order of x: whatever is farthest out is drawn, so that
 * a stall of one answer among thousands is as visible as it would be among all. Few points stay as they are.
 */
export function extremes(points: readonly Point[], spans: number): readonly Point[] {
  if (points.length <= 2 * spans) return points.toSorted((one, other) => one.x - other.x)
  const [from, to] = rangeOf(points)
  const widest = (to - from) / spans || 1
  const found = new Map<number, { low: Point; high: Point }>()
  for (const point of points) {
    const span = Math.min(spans - 1, Math.floor((point.x - from) / widest))
    const kept = found.get(span)
    if (!kept) found.set(span, { low: point, high: point })
    else if (point.y < kept.low.y) kept.low = point
    else if (point.y > kept.high.y) kept.high = point
  }
  return [...found.values()]
    .flatMap(({ low, high }) => (low === high ? [low] : [low, high]))
    .toSorted((one, other) => one.x - other.x)
}

/** Sets of points on the one x axis that a chart has: each has a place for every x, empty where another set has its point. */
export function onOneAxis(sets: readonly (readonly Point[])[]): {
  readonly x: readonly number[]
  readonly series: readonly (readonly (number | null)[])[]
} {
  const all = sets
    .flatMap((points, set) => points.map((point) => ({ ...point, set })))
    .toSorted((one, other) => one.x - other.x)
  return {
    x: all.map(({ x }) => x),
    series: sets.map((_, set) => all.map((point) => (point.set === set ? point.y : null))),
  }
}

/** A number for a drawing: four significant digits are finer than any screen, and shorter by far. */
export const drawnFigure = (value: number): number => Number(value.toPrecision(4))

function rangeOf(points: readonly Point[]): readonly [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { x } of points) {
    from = Math.min(from, x)
    to = Math.max(to, x)
  }
  return [from, to]
}
