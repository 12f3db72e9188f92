import { median } from './quantile.ts'

/** Fewer windows than this show no level. */
const FEWEST_WINDOWS = 10
/** Of a normal distribution: median absolute deviation → standard deviation. */
const MAD_TO_SIGMA = 1.4826
/** A level is another one beyond so many standard deviations, and beyond this share: less would not matter. */
const [SIGMAS, SHARE] = [3, 0.05]

export type Settling = {
  /** Values before the level settled. */
  readonly values: number
  /** False: it had not, within what may be spent on it. */
  readonly isSettled: boolean
}

/**
 * Where a series reaches the level at which it stays: the first of two windows in a row whose medians no longer differ from those of
 * the second half. They differ as outliers do for the Hampel identifier (Hampel 1974, JASA 69(346); Davies & Gather 1993, JASA
 * 88(423)): by more than 3 scaled median absolute deviations. Medians of windows, since single values have tails, and values
 * that one batch answered are alike. The truncation of an initial transient by batches: Conway 1963, Management Science 10(1).
 * `most`: the values after which the look ends, fewer than half. Undefined where there are too few values to look.
 */
export function settlingPoint(
  values: readonly number[],
  { window, most }: { readonly window: number; readonly most: number },
): Settling | undefined {
  const size = Math.min(window, Math.floor(values.length / FEWEST_WINDOWS))
  if (size < 3) return undefined
  const count = Math.floor(values.length / size)
  const levels = Array.from({ length: count }, (_, at) => median(values.slice(at * size, (at + 1) * size)))
  const later = levels.slice(Math.floor(count / 2))
  const level = median(later)
  const deviation = MAD_TO_SIGMA * median(later.map((one) => Math.abs(one - level)))
  const tolerance = Math.max(SIGMAS * deviation, SHARE * Math.abs(level))
  const isThere = (at: number) => Math.abs((levels[at] ?? level) - level) <= tolerance
  for (let at = 0; at * size <= most; at++)
    // The first window that is there may still hold the end of what was not.
    if (isThere(at) && isThere(at + 1)) return { values: at === 0 ? 0 : (at + 1) * size, isSettled: true }
  return { values: Math.floor(most), isSettled: false }
}
