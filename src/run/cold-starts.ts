import { coldSample } from '../benchmark/index.ts'
import { createProbe } from '../client/index.ts'
import type { RunningTarget } from '../records/index.ts'
import { startTarget } from '../targets/index.ts'
import type { Observation, Tools } from './observation.ts'
import type { Plan } from './plan.ts'

/**
 * Starts the service as often as the plan says and keeps the last one running. A service that does not generate is started
 * once: it is judged as it is.
 */
export async function startAll(
  plan: Plan,
  observation: Observation,
  tools: Tools,
  runStartMs: number,
): Promise<RunningTarget> {
  const { progress, folder, io, save } = tools
  const starts = plan.spec.kind === 'url' ? 1 : plan.coldStarts
  // The wait gives each look its own deadline.
  const probe = createProbe({ timeoutMs: plan.spec.readyTimeoutMs })
  progress.phase(
    plan.spec.kind === 'url' ? `finding ${plan.targetName}` : `cold starts of ${plan.targetName}`,
    starts,
  )
  for (let index = 0; ; index++) {
    const startedAtMs = plan.clock.monotonicMs() - runStartMs
    const target = await startTarget(plan.spec, {
      index,
      probe,
      clock: plan.clock,
      signal: io.signal,
      logFile: folder.file('target.log'),
      runId: plan.runId,
      // Each further start says the same.
      ...(index === 0 && { onNote: (text) => progress.note(text) }),
      onWarning: (text) => progress.warn(text),
    })
    observation.boots.push(target.boot)
    observation.target = target.description
    const sample = coldSample(target.boot, { startedAtMs })
    if (sample) {
      observation.samples.push(sample)
      folder.appendSample(sample)
    }
    progress.step()
    save(observation)
    if (index + 1 >= starts || target.boot.outcome === 'not-generating') return target
    await target.stop()
  }
}
