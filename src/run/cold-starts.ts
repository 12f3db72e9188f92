import { coldSample } from '../benchmark/index.ts'
import { createProbe } from '../client/index.ts'
import type { Boot, RunEvent, RunningTarget, Sample } from '../records/index.ts'
import { startTarget } from '../targets/index.ts'
import { refuseWrongDialect, refusingMistakes } from './first-contact.ts'
import type { HeldTarget } from './held-target.ts'
import type { Plan } from './plan.ts'
import type { RunClock } from './run-clock.ts'
import type { World } from './world.ts'

export type Started = {
  readonly target: RunningTarget
  readonly boots: readonly Boot[]
  /** Of this start and those before it. */
  readonly samples: readonly Sample[]
}

/** What is done between two starts, and whether it was enough to know that the service fails. */
export type Between = {
  readonly samples: readonly Sample[]
  readonly broken: object | undefined
  after(started: Started): AsyncGenerator<RunEvent, void>
}

/**
 * Starts the service as often as the plan says and returns the last one, running. A service that does not generate is started
 * once, and so is one that is shown to be too slow when it is warm: it is judged as it is.
 */
export async function* coldStarts(
  plan: Plan,
  world: World,
  clock: RunClock,
  held: HeldTarget,
  warm?: Between,
): AsyncGenerator<RunEvent, Started> {
  const { progress } = world
  const isFound = plan.spec.kind === 'url'
  const starts = isFound ? 1 : plan.coldStarts
  progress.phase(isFound ? `finding ${plan.targetName}` : `cold starts of ${plan.targetName}`, starts)
  const [boots, samples]: [Boot[], Sample[]] = [[], []]
  for (let index = 0; ; index++) {
    const startedAtMs = clock.atMs()
    const target = held.hold(await startTarget(plan.spec, startOptions(plan, world, index)))
    boots.push(target.boot)
    await refuseWrongDialect(plan, target, boots, world.signal)
    yield { kind: 'observed', atMs: clock.atMs(), boot: target.boot, target: target.description }
    const sample = coldSample(target.boot, { startedAtMs })
    if (sample) {
      samples.push(sample)
      yield { kind: 'sampled', sample }
    }
    progress.step()
    world.journal.sync()
    const started = { target, boots, samples: [...samples, ...(warm?.samples ?? [])] }
    if (index + 1 >= starts || target.boot.outcome === 'not-generating') return started
    if (warm) yield* warm.after(started)
    if (warm?.broken) return started
    if (warm) progress.phase(`start ${index + 2} of ${starts} of ${plan.targetName}`, 1)
    await held.release()
  }
}

export function startOptions(plan: Plan, { progress, signal, launch, logFile }: World, index: number) {
  return {
    index,
    // The wait gives each attempt its own deadline.
    probe: refusingMistakes(createProbe({ timeoutMs: plan.spec.readyTimeoutMs, clock: plan.clock }), plan),
    clock: plan.clock,
    signal,
    runId: plan.start.runId,
    ...(launch && { launch }),
    ...(logFile !== undefined && { logFile }),
    onPhase: (text: string) => progress.status(text),
    // Each further start says the same.
    ...(index === 0 && { onNote: (text: string) => progress.note(text) }),
    onWarning: (text: string) => progress.warn(text),
  }
}
