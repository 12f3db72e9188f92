import { createRandom } from '../random.ts'
import type { Arm, Change, Pair, PairsEnd, RunEvent, ServiceProfile, VersusRule } from '../records/index.ts'
import { decidePairs, pairsEnd } from '../verdict/index.ts'
import { measurePair } from './measure-pair.ts'
import { type ArmPlan, OpenArm } from './pair-arm.ts'
import type { Plan } from './plan.ts'
import type { RunClock } from './run-clock.ts'
import type { World } from './world.ts'

export type PairsInput = {
  readonly plan: Plan
  readonly world: World
  readonly clock: RunClock
  /** Of the candidate. */
  readonly profile: ServiceProfile
  /** How often the run started its own target before. */
  readonly starts: number
  /** When the run's time budget began. */
  readonly budgetFromMs: number
}

/**
 * Pairs of starts, one of the baseline and one of the candidate, each kept before the next begins, until they show enough, as many
 * were measured as may be, or the time is spent. `compared` says why no more were measured.
 */
export async function* measurePairs(input: PairsInput): AsyncGenerator<RunEvent, void> {
  const { plan, world, clock } = input
  const { against } = plan.start
  if (!plan.against || !against) return
  const { rule } = against
  const arms = armsOf(input, plan.against)
  const most = rule.looks.at(-1)?.pairs ?? 0
  world.progress.phase(`pairs of ${against.targetName} and ${plan.targetName}`, most)
  const pairs: Pair[] = []
  let end = yield* meet(arms.baseline, input.starts)
  const startedAtMs = clock.atMs()
  while (!end) {
    end = timeIsSpent(input, pairs.length, startedAtMs)
    if (end) break
    const index = pairs.length
    const first = firstOf(plan.start.seed, index)
    const boot = input.starts + 1 + 2 * index
    const pair = yield* measurePair({ index, first, arms, boot })
    yield { kind: 'paired', atMs: clock.atMs(), pair }
    world.journal.sync()
    pairs.push(pair)
    if (!pair.void) world.progress.step()
    world.progress.note(soFar(pairs, rule))
    end = pairsEnd(pairs, rule)
  }
  world.progress.note(`The pairs ended: ${end.reason}.`)
  yield { kind: 'compared', atMs: clock.atMs(), end }
  world.journal.sync()
}

/** By a coin of the pair's own: whatever favours the first or the second of two starts favours neither arm. */
export const firstOf = (seed: number, index: number): Arm =>
  createRandom(`${seed}/pairs/${index}`).next() < 0.5 ? 'baseline' : 'candidate'

function armsOf(
  { plan, world, clock, profile }: PairsInput,
  { targetName, spec }: NonNullable<Plan['against']>,
): Record<Arm, ArmPlan> {
  const { baselineLogFile: logFile, logFile: _, ...rest } = world
  return {
    baseline: {
      arm: 'baseline',
      plan: { ...plan, targetName, spec, acceptedBefore: false },
      world: { ...rest, ...(logFile !== undefined && { logFile }) },
      clock,
    },
    candidate: { arm: 'candidate', plan, world, clock, profile },
  }
}

/**
 * The baseline's first start counts nowhere: the candidate was started before, and what a machine keeps of a start (files, compiled
 * code) would make it look quicker. It also shows whether there is anything to be held against.
 */
async function* meet(baseline: ArmPlan, boot: number): AsyncGenerator<RunEvent, PairsEnd | undefined> {
  baseline.world.progress.status('the baseline, for the first time')
  await using open = yield* OpenArm.open(baseline, boot)
  const { broken } = open.measured().figures
  return broken === undefined ? undefined : { by: 'baseline', reason: `at its first start it ${broken}` }
}

/** A budget that the user set holds for pairs too: none begins that it will hardly let end. The default one knows nothing of them. */
function timeIsSpent(
  { plan, clock, budgetFromMs }: PairsInput,
  measured: number,
  startedAtMs: number,
): PairsEnd | undefined {
  if (!plan.isBudgetGiven) return undefined
  const nowMs = clock.atMs()
  const nextMs = measured === 0 ? 0 : (nowMs - startedAtMs) / measured
  if (nowMs + nextMs < budgetFromMs + 1_000 * plan.maxSeconds) return undefined
  return {
    by: 'max-seconds',
    reason: `the ${plan.maxSeconds} s of --max-seconds leave no time for another pair`,
  }
}

/** `Pair 3 of at most 20 (candidate first); so far: ttftMsP50 +9.9 %, tpotMsP50 -0.1 %`. */
function soFar(pairs: readonly Pair[], rule: VersusRule): string {
  const pair = pairs.at(-1)
  const name = `Pair ${pairs.length} of ${rule.looks.at(-1)?.pairs} (${pair?.first} first)`
  if (pair?.void)
    return `${name} tells nothing: ${pair.void.arm ? `the ${pair.void.arm}: ` : ''}${pair.void.reason}`
  const { changes } = decidePairs(pairs, rule)
  const gated = changes.filter(({ outcome }) => outcome !== 'reported').map(shortly)
  return `${name}; so far: ${gated.join(', ')}`
}

const shortly = ({ metric, change }: Change): string =>
  `${metric} ${change < 0 ? '' : '+'}${(100 * change).toFixed(1)} %`
