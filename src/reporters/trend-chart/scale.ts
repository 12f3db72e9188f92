const DAY_MS = 86_400_000

export type Tick = { readonly value: number; readonly label: string }

/** A value's place on a line from `start` to `end`; a range of no width lies in the middle. */
export const scaleOf =
  ([low, high]: readonly [number, number], start: number, end: number) =>
  (value: number): number =>
    high === low ? (start + end) / 2 : start + ((value - low) / (high - low)) * (end - start)

/** The range of values, with some air at both ends. */
export function rangeOf(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const air = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1
  return [low - air, high + air]
}

/** Round values inside a range, at most about five: steps of 1, 2 or 5 times a power of ten. */
export function valueTicks([low, high]: readonly [number, number]): readonly Tick[] {
  const rough = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step) - first + 1
  // Multiples of the step, or their last digits would be those of binary fractions.
  return Array.from({ length: count }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(12))
    return { value, label: value.toLocaleString('en-US', { maximumSignificantDigits: 6 }) }
  })
}

/** Days on which a tick stands, at most eight: midnights, UTC. */
export function dayTicks([from, to]: readonly [number, number]): readonly Tick[] {
  const days = (to - from) / DAY_MS
  const step = [1, 2, 7, 14, 28, 56, 91, 182, 364].find((width) => days / width <= 8) ?? Math.ceil(days / 8)
  const first = Math.ceil(from / DAY_MS)
  const last = Math.floor(to / DAY_MS)
  return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, i) => {
    const value = (first + i * step) * DAY_MS
    return { value, label: new Date(value).toISOString().slice(0, 10) }
  })
}
