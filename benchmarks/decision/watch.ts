import { requestsIn } from '../../src/watch/pace.ts'
import { keepResult, type Provenance, provenanceOf, readResults } from './results.ts'
import {
  WATCH_CHANGES,
  WATCH_WORLDS,
  type WatchChange,
  type WatchCounts,
  type WatchPlan,
  type WatchWorld,
  watchTrials,
} from './watch-trials.ts'

export type QuietCell = { readonly world: string; readonly counts: Omit<WatchCounts, 'delaysMs'> }
export type ChangeCell = {
  readonly world: string
  readonly change: string
  readonly afterMs: number
  readonly trials: number
  /** Milliseconds from the change to its alarm, of so many of a hundred; absent where so many saw nothing. */
  readonly p50Ms?: number
  readonly p95Ms?: number
  readonly found: number
  /** Of them, within the goal of a reload. */
  readonly within90s: number
}

export type WatchResults = Provenance & {
  readonly plan: WatchPlan
  readonly quiet: readonly QuietCell[]
  readonly changes: readonly ChangeCell[]
}

const HOUR_MS = 3_600_000
const PACE = { everyMs: 5_000, first: 10 } as const
const { planned, more } = requestsIn(HOUR_MS, PACE)
/** An hour at the pace that `infergate watch` has where nobody says another. */
export const HOUR: WatchPlan = { ...PACE, forMs: HOUR_MS, looks: planned + more, alpha: 0.001 }
/** When a change comes: after a minute, and after half an hour. */
const AFTER_MS = [60_000, 1_800_000]
/** A change is looked for so long. */
const LOOKED_MS = 300_000
const CHANGE_TRIALS = 200
/** Seeds that the thresholds were chosen on are others than these. */
const FRESH = 'report 2'

const SOURCES = [
  'src/watch/{judge-answers,pace,state}.ts',
  'src/statistics/{change-evidence,quantile}.ts',
  'benchmarks/decision/{watch,watch-trials}.ts',
]

export const readWatches = (): WatchResults | undefined => readResults()['watch'] as WatchResults | undefined

type WatchWork = {
  readonly seed: number
  readonly trials: number
  readonly today: Date
  readonly say: (line: string) => void
}

/** How often an hour in which nothing changes is called broken, and how soon one in which something does is. */
export function runWatches({ seed, trials, today, say }: WatchWork): void {
  const quiet = WATCH_WORLDS.map((world) => {
    const cell = quietCell(world, { seed, trials })
    say(`watch: ${world.name}: ${JSON.stringify(cell.counts)}`)
    return cell
  })
  const changes = WATCH_WORLDS.slice(0, -1).flatMap((world) => {
    say(`watch: changes in ${world.name}`)
    return changeCells(world, seed)
  })
  keepResult('watch', { ...provenanceOf(seed, SOURCES, today), plan: HOUR, quiet, changes })
}

/** Each world has seeds of its own: one by itself comes out as it does among the others. */
export function quietCell(
  world: WatchWorld,
  { seed, trials }: Pick<WatchWork, 'seed' | 'trials'>,
): QuietCell {
  const { delaysMs: _, ...counts } = watchTrials(world, HOUR, {
    trials,
    seed: `${FRESH} ${seed} ${world.name}`,
  })
  return { world: world.name, counts }
}

export const changeCells = (world: WatchWorld, seed: number): readonly ChangeCell[] =>
  WATCH_CHANGES.flatMap((what) => AFTER_MS.map((afterMs) => changeCell(world, { what, afterMs }, seed)))

function changeCell(
  world: WatchWorld,
  change: { readonly what: WatchChange; readonly afterMs: number },
  seed: number,
): ChangeCell {
  const { what, afterMs } = change
  const seeded = `${FRESH} ${seed} ${world.name} ${what.name} ${afterMs}`
  const plan = { ...HOUR, forMs: afterMs + LOOKED_MS }
  const { delaysMs } = watchTrials(world, plan, { trials: CHANGE_TRIALS, seed: seeded }, change)
  const [p50Ms, p95Ms] = [delaysMs[CHANGE_TRIALS / 2 - 1], delaysMs[0.95 * CHANGE_TRIALS - 1]]
  return {
    ...{ world: world.name, change: what.name, afterMs, trials: CHANGE_TRIALS },
    ...{ found: delaysMs.length, within90s: delaysMs.filter((ms) => ms <= 90_000).length },
    ...(p50Ms !== undefined && { p50Ms: Math.round(p50Ms) }),
    ...(p95Ms !== undefined && { p95Ms: Math.round(p95Ms) }),
  }
}
