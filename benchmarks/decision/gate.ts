import { DEFAULT_RULE, powerOf, withinPairs } from '../../src/verdict/index.ts'
import { type Counts, pairedTrials, type Storage, spreadsOf, storedTrials } from './gate-trials.ts'
import { type Effect, WORLDS, type WorldName } from './gate-worlds.ts'

/** One simulated question and what many trials came to. */
export type GateCell = {
  readonly mode: 'paired' | 'stored'
  readonly world: WorldName
  readonly effect: Effect
  /** Of a paired one: how many pairs were stated, from the spread of unchanged ones; absent: the looks of the default rule. */
  readonly stated?: number
  readonly storage?: Storage
}

export type GateResults = {
  readonly seed: number
  /** Of the error rates; curves and shares that need less have fewer. */
  readonly trials: number
  /** Whether every cell was measured. */
  readonly isWhole: boolean
  readonly cells: readonly (GateCell & { readonly counts: Counts })[]
}

export type GateOptions = {
  readonly trials?: number
  readonly seed?: number
  /** What was measured before with this seed and so many trials: it is not measured again. */
  readonly known?: GateResults
  /** Called after each cell, so that what ends early has not been for nothing. */
  readonly keep?: (results: GateResults) => void
  /** Asked before each cell; without time the results end there. */
  readonly hasTime?: () => boolean
}

/** Pairs of an unchanged service from which the stated number comes. */
const PILOT_PAIRS = 200
const MARGIN = 1.05
const TWICE = 1.1
const CURVE = [1.025, 1.075, 1.1, 1.15]
const STORED_CURVE = [1.075, 1.1, 1.15, 1.2, 1.3]

const STORAGE: Storage = { drift: 0.01, memory: 0.3, tails: 5, runs: 10, starts: 5 }

/** What the simulated trials ask, in order. Resumable: give what `keep` was given last as `known`. */
export async function runGateTrials(options: GateOptions = {}): Promise<GateResults> {
  const { trials = 2_000, seed = 1, known, keep, hasTime = () => true } = options
  const same = known && known.seed === seed && known.trials === trials ? known.cells : []
  let results: GateResults = { seed, trials, isWhole: false, cells: [] }
  for (const { cell, share } of plan(seed)) {
    const before = same.find((one) => keyOf(one) === keyOf(cell))
    if (!before && !hasTime()) return results
    const counts = before?.counts ?? measure(cell, Math.ceil(trials * share), seed)
    results = { ...results, cells: [...results.cells, { ...cell, counts }] }
    if (!before) keep?.(results)
    await new Promise(setImmediate)
  }
  return { ...results, isWhole: true }
}

/** The cells, and the share of the trials that each needs. */
function* plan(seed: number): Generator<{ readonly cell: GateCell; readonly share: number }> {
  const worlds = Object.keys(WORLDS) as WorldName[]
  for (const world of worlds)
    for (const ttft of [1, MARGIN]) yield { cell: { mode: 'paired', world, effect: { ttft } }, share: 1 }
  for (const world of worlds) {
    const stated = statedPairs(world, seed)
    for (const ttft of [TWICE, 1])
      yield { cell: { mode: 'paired', world, effect: { ttft }, stated }, share: 0.25 }
  }
  const failing = { ttft: 1, fails: 5 }
  yield { cell: { mode: 'paired', world: 'failures in clusters', effect: failing }, share: 0.25 }
  for (const ttft of CURVE)
    yield { cell: { mode: 'paired', world: 'all together', effect: { ttft } }, share: 0.25 }
  for (const stored of STORAGES)
    for (const ttft of [1, MARGIN])
      yield { cell: { mode: 'stored', ...stored, effect: { ttft } }, share: 0.5 }
  for (const stored of STORAGES.slice(0, STORED_CURVES))
    for (const ttft of STORED_CURVE)
      yield { cell: { mode: 'stored', ...stored, effect: { ttft } }, share: 0.1 }
}

/** Of the storages, the first ones. */
const STORED_CURVES = 3

const STORAGES: readonly { readonly world: WorldName; readonly storage: Storage }[] = [
  { world: 'independent', storage: { ...STORAGE, runs: 0 } },
  { world: 'independent', storage: { ...STORAGE, runs: 5 } },
  { world: 'independent', storage: STORAGE },
  { world: 'independent', storage: { ...STORAGE, drift: 0.03, runs: 0 } },
  { world: 'independent', storage: { ...STORAGE, drift: 0.03 } },
  { world: 'heavy tails', storage: STORAGE },
  { world: 'all together', storage: STORAGE },
  // Twice what is assumed: here the error rates are not kept.
  { world: 'independent', storage: { ...STORAGE, drift: 0.06, runs: 0 } },
]

/** An assumed drift is a promise of the user's; where the truth is larger, nothing is promised. */
export const isAsAssumed = ({ storage }: GateCell): boolean =>
  storage === undefined || storage.runs > 0 || storage.drift <= (DEFAULT_RULE.assumedDrift.ttftMsP50 ?? 0)

const keyOf = ({ mode, world, effect, stated, storage }: GateCell): string =>
  JSON.stringify([mode, world, effect, stated, storage])

/** From pairs of an unchanged service; never fewer than the first look at which a candidate can fail. */
function statedPairs(world: WorldName, seed: number): number {
  const power = powerOf(DEFAULT_RULE, spreadsOf(WORLDS[world], PILOT_PAIRS, `${world} ${seed}`))
  return power?.pairsNeeded ?? 0
}

function measure(cell: GateCell, trials: number, seed: number): Counts {
  const { world, effect, stated, storage } = cell
  const sized = { trials, seed: `${seed} ${keyOf(cell)}` }
  if (storage) return storedTrials(WORLDS[world], storage, effect, DEFAULT_RULE, sized)
  const rule = stated === undefined ? DEFAULT_RULE : withinPairs(DEFAULT_RULE, stated)
  return pairedTrials(WORLDS[world], effect, rule, sized)
}
