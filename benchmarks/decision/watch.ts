import { keepResult, type Provenance, provenanceOf, readResults } from './results.ts'
import { WATCH_CHANGES, WATCH_WORLDS, type WatchCounts, type WatchPlan, watchTrials } from './watch-trials.ts'

export type QuietCell = { readonly world: string; readonly counts: Omit<WatchCounts, 'delays'> }
export type ChangeCell = {
  readonly world: string
  readonly change: string
  readonly before: number
  readonly trials: number
  /** Requests from the change to its alarm: median and the tenth largest of a hundred; absent where so many saw nothing. */
  readonly p50?: number
  readonly p90?: number
  readonly found: number
}

export type WatchResults = Provenance & {
  readonly plan: Omit<WatchPlan, 'before'>
  readonly quiet: readonly QuietCell[]
  readonly changes: readonly ChangeCell[]
}

/** An hour at the pace that `infergate watch` has where nobody says another. */
export const HOUR: Omit<WatchPlan, 'before'> = { everyMs: 5_000, looks: 730, alpha: 0.001, first: 10 }
/** Requests before a change: a minute, and half an hour. */
const BEFORE = [12, 360]
const CHANGE_TRIALS = 200

const SOURCES = [
  'src/watch/judge-answers.ts',
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
    const sized = { trials, seed: `${seed} ${world.name}` }
    const { delays: _, ...counts } = watchTrials(world, { ...HOUR, before: 0 }, sized)
    say(`watch: ${world.name}: ${JSON.stringify(counts)}`)
    return { world: world.name, counts }
  })
  const changes = WATCH_WORLDS.slice(0, -1).flatMap((world) =>
    WATCH_CHANGES.flatMap((change) =>
      BEFORE.map((before) => {
        const sized = { trials: CHANGE_TRIALS, seed: `${seed} ${world.name} ${change.name} ${before}` }
        const { delays } = watchTrials(world, { ...HOUR, before }, sized, change)
        const [p50, p90] = [delays[CHANGE_TRIALS / 2 - 1], delays[(9 * CHANGE_TRIALS) / 10 - 1]]
        say(`watch: ${world.name}, ${change.name} after ${before}: ${p50}, ${p90}`)
        return {
          ...{ world: world.name, change: change.name, before, trials: CHANGE_TRIALS },
          ...{ found: delays.length, ...(p50 && { p50 }), ...(p90 && { p90 }) },
        }
      }),
    ),
  )
  keepResult('watch', { ...provenanceOf(seed, SOURCES, today), plan: HOUR, quiet, changes })
}
