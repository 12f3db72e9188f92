import { createRandom, type Random } from '../../src/random.ts'
import type {
  ComparedMetric,
  Pair,
  StartFigures,
  StoredBaseline,
  VersusRule,
} from '../../src/records/index.ts'
import { standardDeviation } from '../../src/statistics/index.ts'
import { decidePairs, decideStored, measuredDrift } from '../../src/verdict/index.ts'
import { type Effect, heavy, levels, start, type World } from './gate-worlds.ts'

/** What many trials came to. */
export type Counts = {
  readonly trials: number
  readonly worse: number
  readonly kept: number
  readonly open: number
  /** Pairs that were measured, of all trials. */
  readonly pairs: number
}

/** Sessions of interleaved pairs, each looked at when the rule says so. */
export function pairedTrials(
  world: World,
  effect: Effect,
  rule: VersusRule,
  { trials, seed }: Sized,
): Counts {
  const counts = { trials, worse: 0, kept: 0, open: 0, pairs: 0 }
  for (let trial = 0; trial < trials; trial++) {
    const { outcome, pairs } = pairedTrial(world, effect, rule, createRandom(`${seed} ${trial}`))
    counts[outcome]++
    counts.pairs += pairs
  }
  return counts
}

type Sized = { readonly trials: number; readonly seed: string }

function pairedTrial(world: World, effect: Effect, rule: VersusRule, random: Random) {
  const session = pairsOf(world, effect, random)
  const pairs: Pair[] = []
  for (const look of rule.looks) {
    while (pairs.length < look.pairs) pairs.push(session.next().value)
    const { outcome } = decidePairs(pairs, rule)
    if (outcome !== 'open') return { outcome, pairs: pairs.length }
  }
  return { outcome: 'open' as const, pairs: pairs.length }
}

function* pairsOf(world: World, effect: Effect, random: Random): Generator<Pair, never> {
  const level = levels(world, random)
  for (let index = 0; ; index++) {
    const first = random.next() < 0.5 ? 'baseline' : 'candidate'
    const measured = { baseline: undefined, candidate: undefined } as Record<string, StartFigures | undefined>
    for (const arm of first === 'baseline' ? ['baseline', 'candidate'] : ['candidate', 'baseline']) {
      const own = level.next().value + (arm === first ? 0 : world.second)
      measured[arm] = start(world, own, arm === 'candidate' ? effect : { ttft: 1 }, random)
    }
    const { baseline, candidate } = measured
    if (baseline && candidate) yield { index, first, baseline, candidate }
  }
}

/** By metric: how much the difference of an unchanged pair varies, as stored pairs tell it. */
export function spreadsOf(
  world: World,
  pairs: number,
  seed: string,
): Partial<Record<ComparedMetric, number>> {
  const session = pairsOf(world, { ttft: 1 }, createRandom(`spread ${seed}`))
  const all = Array.from({ length: pairs }, () => session.next().value)
  const metrics = Object.keys(all[0]?.baseline.values ?? {}) as ComparedMetric[]
  return Object.fromEntries(
    metrics.map((metric) => [
      metric,
      standardDeviation(
        all.map(({ baseline, candidate }) =>
          Math.log((candidate.values[metric] ?? Number.NaN) / (baseline.values[metric] ?? Number.NaN)),
        ),
      ),
    ]),
  )
}

/** Runs of an unchanged service, the last of which is the baseline, and then the candidate's. */
export type Storage = {
  /** Of log(level) from run to run. */
  readonly drift: number
  /** AR(1) of the levels from run to run. */
  readonly memory: number
  /** Degrees of freedom of a run's level, Student's t. */
  readonly tails: number
  /** From which the drift is known. */
  readonly runs: number
  /** Of each run. */
  readonly starts: number
}

export function storedTrials(
  world: World,
  storage: Storage,
  effect: Effect,
  rule: VersusRule,
  { trials, seed }: Sized,
): Counts {
  const counts = { trials, worse: 0, kept: 0, open: 0, pairs: 0 }
  for (let trial = 0; trial < trials; trial++)
    counts[storedTrial(world, storage, effect, rule, createRandom(`${seed} ${trial}`))]++
  return counts
}

function storedTrial(world: World, storage: Storage, effect: Effect, rule: VersusRule, random: Random) {
  const { drift, memory, tails, runs, starts } = storage
  const scale = tails > 2 && tails < Number.POSITIVE_INFINITY ? Math.sqrt((tails - 2) / tails) : 1
  const shock = (): number => drift * scale * heavy(tails, random)
  let level = shock()
  const next = (of: Effect): readonly StartFigures[] => {
    level = memory * level + Math.sqrt(1 - memory ** 2) * shock()
    const session = levels(world, random)
    return Array.from({ length: starts }, () => start(world, level + session.next().value, of, random))
  }
  const before = Array.from({ length: Math.max(1, runs) }, () => next({ ttft: 1 }))
  const baseline: StoredBaseline = {
    runId: 'baseline',
    startedAt: '2026-01-01T00:00:00Z',
    starts: before.at(-1) ?? [],
    drift: measuredDrift(before),
  }
  return decideStored(baseline, next(effect), rule).outcome
}
