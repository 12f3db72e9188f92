import { measureWarm } from '../benchmark/index.ts'
import { deadline } from '../clock.ts'
import { watchLoad } from '../load.ts'
import type { GenerationRequest, RunEvent, ServiceProfile } from '../records/index.ts'
import { type BrokenLimit, brokenLimit, failedLimit } from '../verdict/index.ts'
import type { RunningService } from './running-service.ts'
import { WarmGaps } from './warm-gaps.ts'
import { WARM_REQUEST } from './warm-request.ts'
import { measuresEachStart, shareOf } from './warm-shares.ts'

/** Slower than this is no answer; below it, slow is measured as slow and not called failed. */
export const WARM_TIMEOUT_MS = 60_000

/**
 * Warm answers, each kept as it arrives; ends early once a limit is shown to be broken, the service is gone, or the time is
 * spent. Returns the limit that makes the run a FAIL.
 */
export async function* warmAnswers(
  service: RunningService,
  deadlineMs: () => number,
): AsyncGenerator<RunEvent, BrokenLimit | undefined> {
  const { plan, world, clock, target, boots, samples: before } = service
  const { progress, signal } = world
  const requests = requestsOf(service)
  progress.phase('warm answers', requests)
  using time = deadline(plan.clock, Math.max(1, deadlineMs() - plan.clock.monotonicMs()))
  const samples = [...before]
  using watch = watchLoad()
  const input = { samples, boots, policy: plan.start.policy }
  const gaps = new WarmGaps(plan.start.scaleToZero, (text) => progress.warn(text))
  for await (const measured of measure(service, requests, AbortSignal.any([signal, time.signal]))) {
    const sample = gaps.seen(measured)
    samples.push(sample)
    yield { kind: 'sampled', sample }
    if (!sample.warmUp) progress.step()
    const broken = brokenLimit(input)
    if (broken) {
      progress.warn(`${broken.id}: ${broken.after} answers show it, so measuring ends here`)
      const load = await watch.read(plan.clock)
      yield { kind: 'loaded', atMs: clock.atMs(), load }
      return broken.id === 'warm-errors' ? broken : failedLimit({ ...input, load })
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
  // What keeps its limit needs no excuse, and to look for one takes as long as ten answers.
  if (failedLimit(input) === undefined) return undefined
  const load = await watch.read(plan.clock)
  yield { kind: 'loaded', atMs: clock.atMs(), load }
  return failedLimit({ ...input, load })
}

/** Each start is measured while it is warm; one that was found is measured alone. */
function requestsOf({ plan, target }: RunningService): number {
  const { warmRequests } = plan.bench
  return measuresEachStart(plan) ? shareOf(warmRequests, target.boot.index, plan.coldStarts) : warmRequests
}

function measure(
  { plan, client, target, clock, profile }: RunningService,
  requests: number,
  signal: AbortSignal,
) {
  return measureWarm(client, {
    requests,
    warmup: plan.bench.warmup,
    request: warmRequestFor(profile),
    seed: plan.start.seed,
    boot: target.boot.index,
    runStartMs: clock.startMs,
    timeoutMs: WARM_TIMEOUT_MS,
    signal,
  })
}

/** The warm request in the words of this service. */
export function warmRequestFor({ capabilities, engine }: ServiceProfile): GenerationRequest {
  const stream = capabilities.includes('stream')
  // All of one length: an answer that ends early would be quick, and say nothing of the service.
  const ignoreEos = engine === 'vllm' && { ignoreEos: true }
  return { ...WARM_REQUEST, ...ignoreEos, ...(stream && { stream, includeUsage: true }) }
}
