/**
 * Values with each outlier pulled to the border of what is plausible there: the median of the `window` values around it ± `mads` ·
 * 1.4826 · MAD (Hampel's identifier; Davies & Gather 1993, "The Identification of Multiple Outliers", JASA 88(423)). The first and the
 * last values have the window of the nearest that has a whole one. A level that holds for (window + 1) / 2 values is kept.
 *
 * The MAD of so few values is a poor guess, 0 where most are equal, and large where two outliers are near: the median of all
 * windows' MADs stands for each. Where that is 0, and so most values have an equal neighbour, nothing is clipped.
 */
export function clipOutliers(values: Float64Array, { window = 7, mads = 3 }: ClipOptions = {}): Float64Array {
  const n = values.length
  if (n < window) return values
  const half = (window - 1) >> 1
  const medians = new Float64Array(n)
  const deviations = new Float64Array(n)
  const near = new Float64Array(window)
  for (let i = 0; i < n; i++) {
    const from = Math.min(Math.max(i - half, 0), n - window)
    for (let j = 0; j < window; j++) near[j] = values[from + j] as number
    const middle = middleOf(near)
    for (let j = 0; j < window; j++) near[j] = Math.abs((near[j] as number) - middle)
    medians[i] = middle
    deviations[i] = middleOf(near)
  }
  const reach = mads * NORMAL_SD_OF_MAD * (deviations.sort()[n >> 1] as number)
  if (reach === 0) return values
  return values.map((value, i) => {
    const middle = medians[i] as number
    return Math.min(middle + reach, Math.max(middle - reach, value))
  })
}

type ClipOptions = {
  /** How many values, itself in the middle: odd. */
  readonly window?: number
  readonly mads?: number
}

/** 1 / Φ⁻¹(¾). */
const NORMAL_SD_OF_MAD = 1.482602218505602

/** The median of an odd number of values, which are sorted in place. */
const middleOf = (few: Float64Array): number => few.sort()[few.length >> 1] as number
