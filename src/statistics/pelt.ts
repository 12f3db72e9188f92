import type { Shape } from './segment-cost.ts'

/**
 * The segmentation of n values with the least Σ of costs + penalty · (segments − 1), each segment at least `minSegment` values
 * long: where each segment after the first starts. Exact: PELT (Killick, Fearnhead & Eckley 2012, "Optimal Detection of
 * Changepoints with a Linear Computational Cost", JASA 107(500)). A start s that is beaten at t, F(s) + C(s, t) > F(t), never wins
 * again once a segment may start at t and end, which is `minSegment` values later: until then it stays.
 */
export function segmentStarts(
  { costs }: Pick<Shape, 'costs'>,
  n: number,
  penalty: number,
  minSegment: number,
): number[] {
  const least = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY)
  least[0] = -penalty
  const startOf = new Int32Array(n + 1)
  const goneAt = new Float64Array(n).fill(Number.POSITIVE_INFINITY)
  const candidates = new Int32Array(n)
  const totals = new Float64Array(n)
  let count = 0
  let nextGone = Number.POSITIVE_INFINITY
  for (let end = minSegment; end <= n; end++) {
    const opened = end - minSegment
    if ((least[opened] as number) < Number.POSITIVE_INFINITY) candidates[count++] = opened
    if (end >= nextGone) {
      let kept = 0
      nextGone = Number.POSITIVE_INFINITY
      for (const start of candidates.subarray(0, count)) {
        const gone = goneAt[start] as number
        if (gone <= end) continue
        candidates[kept++] = start
        nextGone = Math.min(nextGone, gone)
      }
      count = kept
    }
    costs(candidates, count, end, totals)
    let best = Number.POSITIVE_INFINITY
    let most = Number.NEGATIVE_INFINITY
    let chosen = 0
    for (let i = 0; i < count; i++) {
      const total = (totals[i] as number) + (least[candidates[i] as number] as number)
      totals[i] = total
      if (total < best) {
        best = total
        chosen = i
      }
      most = Math.max(most, total)
    }
    startOf[end] = candidates[chosen] as number
    best += penalty
    least[end] = best
    if (most <= best) continue
    for (let i = 0; i < count; i++)
      if ((totals[i] as number) > best) {
        const start = candidates[i] as number
        goneAt[start] = Math.min(goneAt[start] as number, end + minSegment)
      }
    nextGone = Math.min(nextGone, end + minSegment)
  }
  const starts: number[] = []
  for (let end = startOf[n] as number; end > 0; end = startOf[end] as number) starts.push(end)
  return starts.reverse()
}
