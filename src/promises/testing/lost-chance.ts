import { weighLost } from '../own-markers.ts'

/** The chance that requests which hold their marker alone with this chance are weighed as lost, of 32 at most. */
export function chanceOfLost(holds: number): number {
  const walk = (asked: boolean[]): number => {
    const verdict = weighLost(asked)
    if (verdict !== undefined) return verdict === 'lost' ? 1 : 0
    if (asked.length === 32) return 0
    const key = `${asked.length} ${asked.filter(Boolean).length}`
    const before = known.get(key)
    if (before !== undefined) return before
    const chance = holds * walk([...asked, true]) + (1 - holds) * walk([...asked, false])
    known.set(key, chance)
    return chance
  }
  const known = new Map<string, number>()
  return walk([])
}
