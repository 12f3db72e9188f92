/**
 * Where a short series moved: a self-starting CUSUM (Hawkins 1987, "Self-Starting CUSUM Charts for Location and Scale", The
 * Statistician 36(4)). Each value is held against the mean and the deviation of those before it in its segment: t has Student's
 * distribution with i − 2 degrees of freedom whatever the level and the noise are, so its normal score is standard. The sums of score − ½ upwards and
 * downwards, never below 0, say "moved" at `border`, since the value after their last 0. The next segment starts there.
 */
export function sequentialStarts(values: Float64Array, border: number): number[] {
  const starts: number[] = []
  for (let next = firstMove(values, 0, border); next !== undefined; next = firstMove(values, next, border))
    starts.push(next)
  return starts
}

/** Below so many values a deviation says nothing. */
const LEARNING = 5

function firstMove(values: Float64Array, from: number, border: number): number | undefined {
  let [mean, squares] = [0, 0]
  let [up, down, upSince, downSince] = [0, 0, from, from]
  for (let i = from; i < values.length; i++) {
    const seen = i - from
    const off = (values[i] as number) - mean
    if (seen >= LEARNING && squares > 0) {
      const t = (off / Math.sqrt(squares / (seen - 1))) * Math.sqrt(seen / (seen + 1))
      const score = normalScore(t, seen - 1)
      if (up === 0) upSince = i
      if (down === 0) downSince = i
      up = Math.max(0, up + score - 0.5)
      down = Math.max(0, down - score - 0.5)
      if (up > border) return upSince
      if (down > border) return downSince
    }
    mean += off / (seen + 1)
    squares += off * ((values[i] as number) - mean)
  }
  return undefined
}

/** The normal deviate as rare as Student's t, within 0.02 (Wallace 1959, "Bounds on Normal Approximations to Student's and the Chi-Square Distributions", Ann. Math. Statist. 30(4)). */
const normalScore = (t: number, degrees: number): number =>
  Math.sign(t) * ((8 * degrees + 1) / (8 * degrees + 3)) * Math.sqrt(degrees * Math.log1p((t * t) / degrees))
