import { createRandom, normal, type Random } from '../../src/random.ts'
import type {
  ComparedMetric,
  Night,
  SeriesKey,
  StartFigures,
  StoredBaseline,
  VersusRule,
} from '../../src/records/index.ts'
import { median } from '../../src/statistics/index.ts'
import { acceptedBaseline, analyse, type Known } from '../../src/trend/index.ts'
import { decideStored } from '../../src/verdict/index.ts'
import type { Counts } from './gate-trials.ts'
import { type Effect, heavy, start, type World } from './gate-worlds.ts'

/** Nights of an unchanged service before the one that is decided. */
export type Nights = {
  readonly before: number
  /** Of each night, and of its reference. */
  readonly starts: number
  /** Of log(level): what the service does by itself from night to night, AR(.3), Student's t of 5 degrees. */
  readonly own: number
  /** What the machine does to the service and to its reference alike. */
  readonly machine: number
  readonly hasReference: boolean
}

type Measured = {
  readonly starts: readonly StartFigures[]
  readonly reference: readonly StartFigures[]
}

const UNCHANGED: Effect = { ttft: 1 }
const [MEMORY, TAILS] = [0.3, 5]

/** As `nightly` decides: the accepted level of each series, the starts of its nights, the reference of tonight. */
export function nightTrials(
  world: World,
  nights: Nights,
  effect: Effect,
  rule: VersusRule,
  { trials, seed }: { readonly trials: number; readonly seed: string },
): Counts {
  const counts = { trials, worse: 0, kept: 0, open: 0, pairs: 0 }
  for (let trial = 0; trial < trials; trial++) {
    const next = measuring(world, nights, createRandom(`${seed} ${trial}`))
    const before = Array.from({ length: nights.before }, () => next(UNCHANGED))
    const tonight = next(effect)
    const baseline = baselineOf(before, tonight)
    if (!baseline) throw new Error(`${nights.before} nights have no accepted level`)
    counts[decideStored(baseline, tonight.starts, rule).outcome]++
  }
  return counts
}

function measuring(world: World, nights: Nights, random: Random): (effect: Effect) => Measured {
  const scale = Math.sqrt((TAILS - 2) / TAILS)
  const shock = (): number => nights.own * scale * heavy(TAILS, random)
  let own = shock()
  return (effect) => {
    own = MEMORY * own + Math.sqrt(1 - MEMORY ** 2) * shock()
    const machine = nights.machine * normal(random)
    const startsAt = (level: number, of: Effect): readonly StartFigures[] =>
      Array.from({ length: nights.starts }, () => start(world, level, of, random))
    return {
      starts: startsAt(machine + own, effect),
      reference: nights.hasReference ? startsAt(machine, UNCHANGED) : [],
    }
  }
}

function baselineOf(before: readonly Measured[], tonight: Measured): StoredBaseline | undefined {
  const metrics = Object.keys(tonight.starts[0]?.values ?? {}) as ComparedMetric[]
  const known = metrics.map((metric): Known => {
    const nights = before.map((night, index) => nightOf(night, metric, index))
    return { nights, trend: analyse(seriesOf(metric), nights) }
  })
  return acceptedBaseline(known, (runId) => before[Number(runId)]?.starts, tonight.reference)
}

const FIRST_DAY = Date.UTC(2026, 0, 1, 3)
const DAY_MS = 86_400_000

const nightOf = ({ starts, reference }: Measured, metric: ComparedMetric, index: number): Night => ({
  ...{ runId: String(index), at: new Date(FIRST_DAY + index * DAY_MS).toISOString() },
  ...{ value: middleOf(starts, metric), starts: starts.length },
  ...(reference.length > 0 && { reference: middleOf(reference, metric) }),
  ...{ verdict: 'PASS', state: 'complete', attributes: {} },
})

const middleOf = (starts: readonly StartFigures[], metric: ComparedMetric): number =>
  median(starts.map(({ values }) => values[metric] ?? Number.NaN))

const seriesOf = (metric: ComparedMetric): SeriesKey => ({
  ...{ targetName: 'service', scenario: 'warm', metric, hardware: 'processor' },
  warmth: metric === 'coldStartMs' ? 'cold' : 'warm',
})
