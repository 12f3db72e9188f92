import { type Client, createClient, Traffic } from '../client/index.ts'
import type { RunEvent, RunningTarget, Sample, ServiceProfile } from '../records/index.ts'
import { afterIdle } from './after-idle.ts'
import { startBudget } from './budget.ts'
import { checkPromises } from './check-promises.ts'
import { coldStarts } from './cold-starts.ts'
import { HeldTarget } from './held-target.ts'
import { lookAt } from './look-at.ts'
import { measurePairs, type PairsInput } from './measure-pairs.ts'
import { noticeLoss } from './notice-loss.ts'
import type { Plan } from './plan.ts'
import type { RunClock } from './run-clock.ts'
import type { RunningService } from './running-service.ts'
import { searchLoad } from './search-load.ts'
import { underLoad } from './under-load.ts'
import { sayWaits, wakeUps } from './wake-ups.ts'
import { warmAnswers } from './warm-answers.ts'
import { measuresEachStart } from './warm-shares.ts'
import { WarmStarts } from './warm-starts.ts'
import type { World } from './world.ts'

/**
 * The steps of a run, each yielding what happened: start the service, ask what it is, measure it warm, check its promises.
 * Throws a `HarnessError` for what ends the run early. However it ends, what was started is stopped. At the end it is measured beside
 * the target that it is held against, unless `whyNoPairs` says why that tells nothing more.
 */
export async function* observe(
  plan: Plan,
  world: World,
  clock: RunClock,
  whyNoPairs: () => string | undefined = () => undefined,
): AsyncGenerator<RunEvent, void> {
  const seen = yield* observeTarget(plan, world, clock, whyNoPairs)
  if (!plan.against) return
  const reason = whyNoPairs()
  if (reason === undefined) yield* measurePairs({ plan, world, clock, ...seen })
  else yield { kind: 'compared', atMs: clock.atMs(), end: { by: 'not-needed', reason } }
}

/** The run's own target, alone. Nothing of it is running any more once this has returned. */
async function* observeTarget(
  plan: Plan,
  world: World,
  clock: RunClock,
  whyNoMore: () => string | undefined,
): AsyncGenerator<RunEvent, Pick<PairsInput, 'profile' | 'starts' | 'budgetFromMs'>> {
  await using held = new HeldTarget()
  const warm = measuresEachStart(plan) ? new WarmStarts(plan, world, clock) : undefined
  const started = yield* coldStarts(plan, world, clock, held, warm)
  const { target } = started
  const traffic = new Traffic(plan.clock, plan.spec)
  await using client = await createClient(target.address, { traffic })
  const profile = yield* profileTarget(client, target, plan, world, clock, warm?.profile)
  const budgetFromMs = clock.atMs() - (warm?.spentMs ?? 0)
  sayWaits(plan, world)
  yield* judgeRunning({ plan, world, clock, client, traffic, profile, ...started }, whyNoMore, warm)
  const { throttle } = traffic
  if (throttle) yield { kind: 'throttled', atMs: clock.atMs(), throttle }
  return { profile, starts: started.boots.length, budgetFromMs }
}

/** What was found at the start before is not asked for again: where requests hang, a look costs minutes. */
async function* profileTarget(
  client: Client,
  target: RunningTarget,
  plan: Plan,
  { signal, journal }: World,
  clock: RunClock,
  known?: ServiceProfile,
): AsyncGenerator<RunEvent, ServiceProfile> {
  const before = target.boot.outcome === 'generating' ? known : undefined
  if (before) client.configure(before)
  const profile = before ?? (await lookAt(client, { ...plan, boot: target.boot, signal }))
  // Asked for as the service calls it, kept as it may be shown.
  const model = profile.model === undefined ? {} : { model: client.redact(profile.model) }
  const found = { ...model, ...(profile.version !== undefined && { version: profile.version }) }
  const kept = { ...profile, ...model }
  yield {
    kind: 'profiled',
    atMs: clock.atMs(),
    profile: kept,
    target: { ...target.description, ...found },
  }
  journal.sync()
  return profile
}

/** Once the verdict is known to be FAIL, this much more tells the cause; the rest would only be waiting. */
const AFTER_A_FAIL_MS = 60_000

/** From the first good generation on the run's time budget counts. */
async function* judgeRunning(
  service: RunningService,
  whyNoMore: () => string | undefined,
  warm?: WarmStarts,
): AsyncGenerator<RunEvent, void> {
  const { plan, world, target } = service
  const { command } = plan.start
  const samples: Sample[] = []
  const budgetMs = startBudget(service)
  let deadlineMs = () => budgetMs() - (warm?.spentMs ?? 0)
  if (command !== 'check' && target.boot.outcome === 'generating') {
    const broken = warm?.broken ?? (yield* keepingSamples(warmAnswers(service, deadlineMs), samples))
    if (broken) {
      const [wholeMs, soonMs] = [deadlineMs, plan.clock.monotonicMs() + AFTER_A_FAIL_MS]
      deadlineMs = () => Math.min(wholeMs(), soonMs)
    }
    world.journal.sync()
    if (plan.load && !broken)
      yield* (plan.load.levels ? searchLoad : underLoad)(service, plan.load, deadlineMs)
  }
  if (plan.idleMs !== undefined && target.boot.outcome === 'generating')
    yield* afterIdle(service, plan.idleMs)
  if (command !== 'bench') {
    yield* checkPromises(service, deadlineMs)
    world.journal.sync()
  }
  if (target.boot.outcome === 'generating') yield* sleepAndWake(service, samples, deadlineMs, whyNoMore)
  yield* noticeLoss(service)
}

/** Last, since nothing is sent in a wait: a run that fails already need not wait. */
async function* sleepAndWake(
  service: RunningService,
  samples: readonly Sample[],
  deadlineMs: () => number,
  whyNoMore: () => string | undefined,
): AsyncGenerator<RunEvent, void> {
  const { plan, clock } = service
  if (!plan.start.scaleToZero?.coldStarts) return
  const reason = whyNoMore()
  if (reason === undefined) yield* wakeUps(service, samples, deadlineMs)
  else yield { kind: 'unwoken', atMs: clock.atMs(), reason }
}

/** The same events; the samples among them are added to the list. */
async function* keepingSamples<T>(
  events: AsyncGenerator<RunEvent, T>,
  samples: Sample[],
): AsyncGenerator<RunEvent, T> {
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) return next.value
    if (next.value.kind === 'sampled') samples.push(next.value.sample)
    yield next.value
  }
}
