/** More places than a screen has columns show nothing more. */
const MOST = 400

/**
 * Cumulative shares of several sets of sorted values, in percent, all at the same places: those of the values themselves, or, where
 * they are many, evenly by rank, both ends always among them. Each share is exact at its place.
 */
export function cumulative(sets: readonly (readonly number[])[]): {
  readonly at: readonly number[]
  readonly shares: readonly (readonly number[])[]
} {
  const all = [...new Set(sets.flat())].toSorted((a, b) => a - b)
  const last = all.length - 1
  const at =
    all.length <= MOST
      ? all
      : Array.from({ length: MOST }, (_, index) => all[Math.round((index * last) / (MOST - 1))] as number)
  return {
    at: at.map((value) => Number(value.toPrecision(6))),
    shares: sets.map((values) => {
      let upTo = 0
      return at.map((place) => {
        while (upTo < values.length && (values[upTo] as number) <= place) upTo++
        return values.length === 0 ? 0 : Number(((100 * upTo) / values.length).toPrecision(5))
      })
    }),
  }
}
