import { runChecks, Session } from '../checks/index.ts'
import type { RunEvent } from '../records/index.ts'
import type { RunningService } from './running-service.ts'

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
  for await (const check of runChecks(plan.asked, session, plan.spec.maxConcurrency)) {
    yield { kind: 'checked', atMs: clock.atMs(), check }
    progress.step()
    if (check.outcome === 'failed') progress.warn(`${check.id}: ${check.reason ?? ''}`)
    if (target.exit()) session.end()
  }
  signal.throwIfAborted()
}
