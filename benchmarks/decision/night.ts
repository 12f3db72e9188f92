import { DEFAULT_RULE } from '../../src/verdict/index.ts'
import type { Counts } from './gate-trials.ts'
import { type Effect, WORLDS, type WorldName } from './gate-worlds.ts'
import { type Nights, nightTrials } from './night-trials.ts'
import { keepResult, type Provenance, provenanceOf, readResults } from './results.ts'

export type NightCell = { readonly world: WorldName; readonly nights: Nights; readonly effect: Effect }

export type NightResults = Provenance & {
  readonly cells: readonly (NightCell & { readonly counts: Counts })[]
}

const NIGHTS: Nights = { before: 40, starts: 3, own: 0.01, machine: 0, hasReference: false }

const ROWS: readonly Omit<NightCell, 'effect'>[] = [
  { world: 'independent', nights: { ...NIGHTS, before: 7 } },
  { world: 'independent', nights: NIGHTS },
  { world: 'independent', nights: { ...NIGHTS, own: 0.03 } },
  { world: 'heavy tails', nights: NIGHTS },
  { world: 'clustered in starts', nights: NIGHTS },
  { world: 'independent', nights: { ...NIGHTS, machine: 0.05 } },
  { world: 'independent', nights: { ...NIGHTS, machine: 0.05, hasReference: true } },
]

const EFFECTS = [1, 1.05, 1.1, 1.2]

const SOURCES = [
  'src/trend/*.ts',
  'src/verdict/versus/{changes,decide-stored,drift,errors,rule,shift}.ts',
  'src/statistics/*.ts',
  'benchmarks/decision/{night,night-trials,gate-worlds}.ts',
]

export const readNights = (): NightResults | undefined => readResults()['night'] as NightResults | undefined

type NightWork = {
  readonly seed: number
  readonly trials: number
  readonly today: Date
  readonly say: (line: string) => void
}

/** What a night of an unchanged service, and of a slower one, is decided to be. */
export function runNights({ seed, trials, today, say }: NightWork): void {
  const cells = ROWS.flatMap((row) =>
    EFFECTS.map((ttft) => {
      const cell = { ...row, effect: { ttft } }
      const sized = { trials, seed: `${seed} ${JSON.stringify(cell)}` }
      const counts = nightTrials(WORLDS[cell.world], cell.nights, cell.effect, DEFAULT_RULE, sized)
      say(`night: ${JSON.stringify(cell)}: ${JSON.stringify(counts)}`)
      return { ...cell, counts }
    }),
  )
  keepResult('night', { ...provenanceOf(seed, SOURCES, today), cells })
}
