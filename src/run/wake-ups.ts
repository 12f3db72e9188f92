import { openLoadClient } from '../client/index.ts'
import type { Boot, PlannedSleep, RunEvent, Sample, WakeUp } from '../records/index.ts'
import type { Plan } from './plan.ts'
import type { RunningService } from './running-service.ts'
import { processStart, wakeUp } from './wake-up.ts'
import type { World } from './world.ts'

/**
 * Cold starts of a service that scales to zero: nothing is sent for longer than its window, then it is asked. Only what is shown to
 * have been cold is a start of its own. It ends where the service does not wake, since waiting again would tell no more.
 */
export async function* wakeUps(
  service: RunningService,
  samples: readonly Sample[],
  deadlineMs: () => number,
): AsyncGenerator<RunEvent, void> {
  const { plan, world, clock, target, profile } = service
  const sleep = plan.start.scaleToZero
  if (!sleep) return
  // Opened before the wait: what it may have to look up would wake the service.
  await using client = await openLoadClient(target.address, { profile, clock: plan.clock })
  for (let index = 1; index <= sleep.coldStarts; index++) {
    const idleMs = sleep.windowMs + sleep.marginMs
    const leftMs = deadlineMs() - plan.clock.monotonicMs()
    if (plan.isBudgetGiven && idleMs > leftMs) {
      yield { kind: 'unwoken', atMs: clock.atMs(), reason: noTime(index, sleep, idleMs) }
      return
    }
    const before = await processStart(service)
    world.progress.phase(waitLine(service, sleep, index, idleMs), 1)
    await plan.clock.sleep(idleMs, world.signal)
    const woken = await wakeUp({ service, client, sleep, index, idleMs, before, samples })
    yield* told(woken, service)
    if (!woken.next.every(({ outcome }) => outcome === 'completed')) return
    if (woken.first.outcome !== 'completed') return
  }
}

/** Said before anything is measured: a run that sleeps for a quarter of an hour must not look as if it hung. */
export function sayWaits({ start: { scaleToZero: sleep }, clock }: Plan, { progress }: World): void {
  if (!sleep || sleep.coldStarts === 0) return
  const { coldStarts, windowMs, marginMs } = sleep
  const waitMs = coldStarts * (windowMs + marginMs)
  const until = new Date(clock.now().getTime() + waitMs).toISOString().slice(11, 16)
  progress.note(
    `This target scales to zero: its cold starts come last, after ${coldStarts === 1 ? '1 wait' : `${coldStarts} waits`} of ${inSeconds(windowMs + marginMs)} in which nothing is sent. That takes ${waitMs < 60_000 ? inSeconds(waitMs) : `${(waitMs / 60_000).toFixed(1)} minutes`}, until ${until} UTC at the earliest; --no-cold leaves them out.`,
  )
}

const noTime = (index: number, { coldStarts }: PlannedSleep, idleMs: number): string =>
  `cold start ${index} of ${coldStarts} needs a wait of ${inSeconds(idleMs)}, and the time budget has less left: raise --max-seconds, or leave cold starts out with --no-cold`

function waitLine(
  { plan }: RunningService,
  { coldStarts, windowMs }: PlannedSleep,
  index: number,
  idleMs: number,
): string {
  const until = new Date(plan.clock.now().getTime() + idleMs).toISOString().slice(11, 19)
  return `cold start ${index} of ${coldStarts}: nothing is sent until ${until} UTC (${inSeconds(idleMs)}; it scales down after ${inSeconds(windowMs)})`
}

/** The wake-up as it was, and where it was cold the start and the sample that it is. */
function* told(woken: WakeUp, { world, clock, target }: RunningService): Generator<RunEvent, void> {
  const { coldness, first, index } = woken
  yield { kind: 'woken', atMs: clock.atMs(), wakeUp: woken }
  if (coldness.is === 'cold') {
    yield {
      ...{ kind: 'observed', atMs: clock.atMs(), boot: bootOf(woken) },
      target: target.description,
    }
    yield { kind: 'sampled', sample: sampleOf(woken) }
  } else if (coldness.is === 'not-shown')
    world.progress.warn(`cold start ${index} is not shown to be one: ${coldness.because}`)
  else world.progress.warn(`cold start ${index}: ${first.outcome}: ${first.message ?? 'no answer'}`)
  world.progress.step()
  world.journal.sync()
}

function bootOf({ index, first, phases }: WakeUp): Boot {
  return {
    ...{ index, origin: 'woken', outcome: 'generating', attempts: [], firstGenerationMs: first.e2eMs },
    ...(phases.token !== undefined && { firstTokenMs: phases.token }),
  }
}

function sampleOf({ index, idleMs, first, phases, sentAtMs, hopAtMs }: WakeUp): Sample {
  return {
    ...{ scenario: 'wake-up', warmth: 'cold', boot: index, index: 0, outcome: 'completed' },
    ...{ sentAtMs, e2eMs: first.e2eMs, idleMs, coldStartMs: phases.token ?? first.e2eMs },
    ...(phases.token !== undefined && { ttftMs: phases.token }),
    ...(hopAtMs.length > 0 && { hopAtMs }),
  }
}

const inSeconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`
