import type { PlannedLoad } from '../benchmark/index.ts'
import type { RunEvent } from '../records/index.ts'
import { LoadEnds } from './load-ends.ts'
import { type PreparedLoad, prepareLoad } from './load-requests.ts'
import { loadStep } from './load-step.ts'
import type { RunningService } from './running-service.ts'

/**
 * A load as it was stated. `deadlineMs`: the end of the run's time budget on the clock; only one that the user set ends a load, whose
 * length is stated. `given`: one of several loads, made ready by who sends them all.
 */
export async function* underLoad(
  service: RunningService,
  load: PlannedLoad,
  deadlineMs: () => number,
  given?: PreparedLoad,
): AsyncGenerator<RunEvent, void> {
  const { plan, world, clock } = service
  const prepared = given ?? (await prepareLoad(load, service))
  if (!given) world.progress.note(prepared.planned.asks)
  const leftMs = plan.isBudgetGiven ? Math.max(1, deadlineMs() - plan.clock.monotonicMs()) : undefined
  using ends = new LoadEnds(service, load, leftMs)
  const end = yield* loadStep(service, prepared, load, ends)
  world.signal.throwIfAborted()
  if (end.by === 'max-seconds')
    yield { kind: 'cut', atMs: clock.atMs(), cut: { kind: 'time-spent', reason: end.reason } }
}
