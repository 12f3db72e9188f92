import { runChecks, Session } from '../checks/index.ts'
import type { RunEvent } from '../records/index.ts'
import { checkBudgets } from './cost.ts'
import type { RunningService } from './running-service.ts'
import { listenForStrayFailures } from './stray-failures.ts'
import { turnsOf } from './turns-of.ts'

/** Checks the promises that were asked for, each kept as it ends. */
export async function* checkPromises(
  { plan, world, clock, target, profile, boots, traffic }: RunningService,
  deadlineMs: () => number,
): AsyncGenerator<RunEvent, void> {
  const { progress, signal } = world
  progress.phase('checks', plan.asked.length)
  await using session = await Session.open({
    ...{ address: target.address, profile, boots, deadlineMs, signal, traffic },
    ...(profile.pace && { expectedMs: checkBudgets(profile.pace) }),
    clock: plan.clock,
    seed: plan.start.seed,
    evidence: plan.evidence,
    checkDeadlineMs: plan.checkSeconds * 1_000,
  })
  using strays = listenForStrayFailures()
  const told = new Set<string>()
  const turns = { ...turnsOf(plan), onBegun: (id: string) => progress.began(id) }
  for await (const check of runChecks(plan.asked, session, turns)) {
    yield { kind: 'checked', atMs: clock.atMs(), check }
    progress.step(check)
    if (check.outcome === 'failed' && !told.has(check.cause ?? check.id))
      progress.warn(`${check.id}: ${check.reason ?? ''}`)
    told.add(check.cause ?? check.id)
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
