import { ClientWatch } from '../benchmark/index.ts'
import { HarnessError } from '../errors.ts'
import type { Arm, Pair, RunEvent } from '../records/index.ts'
import { type ArmPlan, type MeasuredStart, OpenArm } from './pair-arm.ts'
import { voidOf } from './void-pair.ts'

export type PairPlan = {
  readonly index: number
  readonly first: Arm
  readonly arms: Readonly<Record<Arm, ArmPlan>>
  /** The number of the first of its two starts. */
  readonly boot: number
}

/**
 * One start of each arm, back to back; two services that already run are asked in turn, request by request. What ends the run is
 * thrown; a start of ours that fails makes the pair void.
 */
export async function* measurePair(pair: PairPlan): AsyncGenerator<RunEvent, Pair> {
  const { index, first, arms } = pair
  const order =
    first === 'baseline' ? (['baseline', 'candidate'] as const) : (['candidate', 'baseline'] as const)
  const areFound = order.every((arm) => arms[arm].plan.spec.kind === 'url')
  const measured: Partial<Record<Arm, MeasuredStart>> = {}
  let failed: Pair['void']
  try {
    yield* areFound ? inTurns(pair, order, measured) : oneByOne(pair, order, measured)
  } catch (error) {
    const arm = order.find((one) => !measured[one])
    if (!isOfOneStart(error, arms) || !arm) throw error
    failed = { reason: `it could not be started: ${error.message}`, arm }
  }
  const nothing = (place: number): MeasuredStart => ({
    figures: { boot: pair.boot + place, values: {}, requests: 0, failed: 0 },
  })
  const both = {
    baseline: measured.baseline ?? nothing(order.indexOf('baseline')),
    candidate: measured.candidate ?? nothing(order.indexOf('candidate')),
  }
  const reason = failed ?? voidOf(both)
  return {
    ...{ index, first, baseline: both.baseline.figures, candidate: both.candidate.figures },
    ...(reason && { void: reason }),
  }
}

type Measuring = [PairPlan, readonly Arm[], Partial<Record<Arm, MeasuredStart>>]

async function* oneByOne(...[{ arms, boot }, order, measured]: Measuring): AsyncGenerator<RunEvent, void> {
  for (const [place, arm] of order.entries()) {
    const { world, clock } = arms[arm]
    world.progress.status(`the ${arm}`)
    await using open = yield* OpenArm.open(arms[arm], boot + place)
    using watch = new ClientWatch({ runStartMs: clock.startMs })
    yield* open.ask(watch)
    measured[arm] = open.measured(watch.read())
  }
}

/** The machine, the network and the client are the same for both at each moment. */
async function* inTurns(
  ...[{ arms, boot }, [first = 'baseline', second = 'candidate'], measured]: Measuring
): AsyncGenerator<RunEvent, void> {
  await using one = yield* OpenArm.open(arms[first], boot)
  await using other = yield* OpenArm.open(arms[second], boot + 1)
  using watch = new ClientWatch({ runStartMs: arms[first].clock.startMs })
  const asking = new Set([one.ask(watch), other.ask(watch)])
  while (asking.size > 0)
    for (const each of asking) {
      const { done, value } = await each.next()
      if (done) asking.delete(each)
      else yield value
    }
  const client = watch.read()
  for (const open of [one, other]) measured[open.arm] = open.measured(client)
}

/** Mistakes of the user's and his interrupts are the run's; all else that keeps us from a start may be gone at the next. */
function isOfOneStart(error: unknown, { baseline }: PairPlan['arms']): error is HarnessError {
  if (!(error instanceof HarnessError) || baseline.world.signal.aborted) return false
  return !['usage', 'config-invalid', 'interrupted', 'terminated', 'reports-unwritable'].includes(error.code)
}
