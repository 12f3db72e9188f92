const DAY_MS = 24 * 3_600_000
const THIRDS = 3

/**
 * The third of the servers that a run judges: a number that INFERGATE_ENGINES_THIRD gives, the day's where it is `today`, or
 * undefined, all of them.
 */
export function chosenThird(setting: string | undefined, nowMs: number): number | undefined {
  if (!setting) return undefined
  if (setting === 'today') return Math.floor(nowMs / DAY_MS) % THIRDS
  const third = Number(setting)
  if (Number.isInteger(third) && third >= 0 && third < THIRDS) return third
  throw new Error(`INFERGATE_ENGINES_THIRD is ${setting}: 0, 1, 2 or today.`)
}
