import { measureWarm } from '../benchmark/index.ts'
import { deadline } from '../clock.ts'
import type { RunEvent } from '../records/index.ts'
import { type BrokenLimit, brokenLimit, failedLimit } from '../verdict/index.ts'
import type { RunningService } from './running-service.ts'
import { WARM_REQUEST } from './warm-request.ts'

/** Slower than this is no answer; below it, slow is measured as slow and not called failed. */
const WARM_TIMEOUT_MS = 60_000

/**
 * Warm answers, each kept as it arrives; ends early once a limit is shown to be broken, the service is gone, or the time is
 * spent. Returns the limit that makes the run a FAIL.
 */
export async function* warmAnswers(
  service: RunningService,
  deadlineMs: number,
): AsyncGenerator<RunEvent, BrokenLimit | undefined> {
  const { plan, world, clock, target, boots, coldSamples } = service
  const { progress, signal } = world
  progress.phase('warm answers', plan.bench.warmRequests)
  using time = deadline(plan.clock, Math.max(1, deadlineMs - plan.clock.monotonicMs()))
  const samples = [...coldSamples]
  const input = { samples, boots, policy: plan.start.policy }
  for await (const sample of measure(service, AbortSignal.any([signal, time.signal]))) {
    samples.push(sample)
    yield { kind: 'sampled', sample }
    if (!sample.warmUp) progress.step()
    const broken = brokenLimit(input)
    if (broken) {
      progress.warn(`${broken.id}: ${broken.after} answers show it, so measuring ends here`)
      return broken
    }
    if (target.exit()) return undefined
  }
  signal.throwIfAborted()
  if (time.signal.aborted)
    yield {
      kind: 'cut',
      atMs: clock.atMs(),
      cut: {
        kind: 'time-spent',
        reason: 'the time budget was spent in the warm answers: raise --max-seconds to measure this service',
      },
    }
  return failedLimit(input)
}

function measure({ plan, client, target, clock, profile }: RunningService, signal: AbortSignal) {
  const stream = profile.capabilities.includes('stream')
  return measureWarm(client, {
    requests: plan.bench.warmRequests,
    warmup: plan.bench.warmup,
    request: { ...WARM_REQUEST, ...(stream && { stream, includeUsage: true }) },
    seed: plan.start.seed,
    boot: target.boot.index,
    runStartMs: clock.startMs,
    timeoutMs: WARM_TIMEOUT_MS,
    signal,
  })
}
