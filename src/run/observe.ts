import { type Client, createClient, profileService } from '../client/index.ts'
import type { RunEvent, RunningTarget, ServiceProfile } from '../records/index.ts'
import { checkPromises } from './check-promises.ts'
import { coldStarts } from './cold-starts.ts'
import { HeldTarget } from './held-target.ts'
import { noticeLoss } from './notice-loss.ts'
import type { Plan } from './plan.ts'
import type { RunClock } from './run-clock.ts'
import type { RunningService } from './running-service.ts'
import { warmAnswers } from './warm-answers.ts'
import type { World } from './world.ts'

/**
 * The steps of a run, each yielding what happened: start the service, ask what it is, measure it warm, check its promises.
 * Throws a `HarnessError` for what ends the run early. However it ends, what was started is stopped.
 */
export async function* observe(plan: Plan, world: World, clock: RunClock): AsyncGenerator<RunEvent, void> {
  await using held = new HeldTarget()
  const started = yield* coldStarts(plan, world, clock, held)
  const { target } = started
  await using client = await createClient(target.address)
  const profile = yield* profileTarget(client, target, world, clock)
  yield* judgeRunning({ plan, world, clock, client, profile, ...started })
}

async function* profileTarget(
  client: Client,
  target: RunningTarget,
  { signal, journal }: World,
  clock: RunClock,
): AsyncGenerator<RunEvent, ServiceProfile> {
  const profile = await profileService(client, signal)
  client.configure(profile)
  // Asked for as the service calls it, kept as it may be shown.
  const model = profile.model === undefined ? {} : { model: client.redact(profile.model) }
  const known = { ...model, ...(profile.version !== undefined && { version: profile.version }) }
  const kept = { ...profile, ...model }
  yield { kind: 'profiled', atMs: clock.atMs(), profile: kept, target: { ...target.description, ...known } }
  journal.sync()
  return profile
}

/** Once the verdict is known to be FAIL, this much more tells the cause; the rest would only be waiting. */
const AFTER_A_FAIL_MS = 60_000

/** From the first good generation on the run's time budget counts. */
async function* judgeRunning(service: RunningService): AsyncGenerator<RunEvent, void> {
  const { plan, world, target } = service
  const { command } = plan.start
  let deadlineMs = plan.clock.monotonicMs() + plan.maxSeconds * 1_000
  if (command !== 'check' && target.boot.outcome === 'generating') {
    const broken = yield* warmAnswers(service, deadlineMs)
    if (broken) deadlineMs = Math.min(deadlineMs, plan.clock.monotonicMs() + AFTER_A_FAIL_MS)
    world.journal.sync()
  }
  if (command !== 'bench') {
    yield* checkPromises(service, deadlineMs)
    world.journal.sync()
  }
  yield* noticeLoss(service)
}
