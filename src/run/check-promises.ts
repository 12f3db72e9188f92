import { runChecks, Session } from '../checks/index.ts'
import type { RunEvent } from '../records/index.ts'
import type { RunningService } from './running-service.ts'
import { listenForStrayFailures } from './stray-failures.ts'

/** Checks the promises that were asked for, each kept as it ends. */
export async function* checkPromises(
  { plan, world, clock, target, profile, boots }: RunningService,
  deadlineMs: number,
): AsyncGenerator<RunEvent, void> {
  const { progress, signal } = world
  progress.phase('checks', plan.asked.length)
  await using session = await Session.open({
    ...{ address: target.address, profile, boots, deadlineMs, signal },
    clock: plan.clock,
    seed: plan.start.seed,
    evidence: plan.evidence,
    checkDeadlineMs: plan.checkSeconds * 1_000,
  })
  using strays = listenForStrayFailures()
  for await (const check of runChecks(plan.asked, session, plan.spec.maxConcurrency)) {
    yield { kind: 'checked', atMs: clock.atMs(), check }
    progress.step(check)
    if (check.outcome === 'failed') progress.warn(`${check.id}: ${check.reason ?? ''}`)
    if (target.exit()) session.end()
  }
  signal.throwIfAborted()
  strays.throwIfAny()
  if (session.leftMs() <= 0)
    yield {
      kind: 'cut',
      atMs: clock.atMs(),
      cut: {
        kind: 'time-spent',
        reason: 'the time budget was spent in the checks: raise --max-seconds to check all promises',
      },
    }
}
