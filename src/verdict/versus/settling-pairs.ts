import type { Change, VersusRule } from '../../records/index.ts'
import { differencesNeeded } from '../../statistics/index.ts'
import { worseningOf } from './changes.ts'

/** With this probability so many pairs settle it, if what was seen so far is how it is. */
const POWER = 0.8
/** No number would, in the time that anybody has. */
const MOST = 1_000

/** How many pairs in all would settle each open change, after those `used`: the largest of their numbers, or the look after it. `spreads`: of a pair's difference, by change. */
export function settlingPairs(
  spreads: readonly (number | undefined)[],
  used: number,
  changes: readonly Change[],
  rule: VersusRule,
): number | undefined {
  const needed = changes.map((change, i) => {
    if (change.outcome !== 'open') return 0
    const sd = spreads[i]
    return sd === undefined ? Number.POSITIVE_INFINITY : pairsFor(change, sd, rule)
  })
  const most = Math.max(0, ...needed)
  if (most === 0 || most > MOST) return undefined
  return rule.looks.find(({ pairs }) => pairs > used && pairs >= most)?.pairs ?? Math.max(most, used + 1)
}

/** Below the margin an upper bound must come below it; from the margin on the change must stand out from none. */
function pairsFor({ metric, change, margin = 0 }: Change, sd: number, rule: VersusRule): number {
  const [estimate, limit] = [worseningOf(metric, change), worseningOf(metric, margin)]
  const last = rule.looks.at(-1)
  if (estimate < limit)
    return differencesNeeded(limit - estimate, {
      sd,
      alpha: rule.alphaPass * (last?.pass ?? 1),
      power: POWER,
    })
  return differencesNeeded(estimate, { sd, alpha: rule.alphaFail * (last?.fail ?? 1), power: POWER })
}
