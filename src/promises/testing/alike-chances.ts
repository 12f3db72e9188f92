import { type Alikeness, weighPairs } from '../alike.ts'

export type Verdicts = Record<Alikeness['verdict'], number>

/** The chance of each verdict where a pair has one text with this chance: all ways, their histories merged by their counts. */
export function chances(first: number, further: number): Verdicts {
  const verdicts: Verdicts = { alike: 0, different: 0, open: 0 }
  let ways = new Map<string, { history: boolean[]; chance: number }>([['', { history: [], chance: 1 }]])
  while (ways.size > 0) {
    const next: typeof ways = new Map()
    for (const { history, chance } of ways.values())
      for (const alike of [true, false]) {
        const p = history.length < 3 ? first : further
        const longer = [...history, alike]
        const share = chance * (alike ? p : 1 - p)
        const verdict = weighPairs(longer)
        if (verdict) {
          verdicts[verdict] += share
          continue
        }
        const key = `${longer.length} ${longer.filter(Boolean).length}`
        next.set(key, { history: longer, chance: share + (next.get(key)?.chance ?? 0) })
      }
    ways = next
  }
  return verdicts
}
