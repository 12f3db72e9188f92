/** Of every picture whose width is the page's: what is drawn in it is stretched, lines and dots are not. */
export const WIDTH = 1_000

/** The place of a value between both ends. */
export const scaleOf =
  ([low, high]: readonly [number, number]) =>
  (value: number): number =>
    Math.round(10 * (high === low ? WIDTH / 2 : ((value - low) / (high - low)) * WIDTH)) / 10

/** Round values inside a range, three to seven: steps of 1, 2 or 5 times a power of ten. */
export function ticksOf([low, high]: readonly [number, number]): readonly number[] {
  const rough = (high - low) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step) - first + 1
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}
