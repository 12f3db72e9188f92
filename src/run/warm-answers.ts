import { runWarm } from '../benchmark/index.ts'
import { type BrokenLimit, brokenLimit, failedLimit } from '../verdict/index.ts'
import type { Running } from './observation.ts'

/** What a user's short answer costs: long enough for a token rate, short enough for the origin story's 100–500 ms. */
const WARM_TOKENS = 16
/** Slower than this is no answer; below it, slow is measured as slow and not called failed. */
const WARM_TIMEOUT_MS = 60_000

/**
 * Warm answers into samples.jsonl as they arrive; ends early once a limit is shown to be broken or the time is
 * spent. Returns the limit that makes the run a FAIL.
 */
export async function runWarmAnswers(running: Running, deadlineMs: number): Promise<BrokenLimit | undefined> {
  const { plan, tools, observation, target, client, runStartMs } = running
  const cold = [...observation.samples]
  let broken: BrokenLimit | undefined
  const timeLeft = AbortSignal.timeout(Math.max(1, Math.floor(deadlineMs - plan.clock.monotonicMs())))
  const stream = observation.profile?.capabilities.includes('stream') ?? false
  await runWarm(client, {
    requests: plan.bench.warmRequests,
    warmup: plan.bench.warmup,
    request: {
      prompt: 'Tell me a story.',
      maxTokens: WARM_TOKENS,
      temperature: 0,
      ...(stream && { stream, includeUsage: true }),
    },
    seed: plan.seed,
    boot: target.boot.index,
    runStartMs,
    clock: plan.clock,
    timeoutMs: WARM_TIMEOUT_MS,
    signal: AbortSignal.any([tools.io.signal, timeLeft]),
    onSample(sample) {
      observation.samples.push(sample)
      tools.folder.appendSample(sample)
      if (!sample.warmUp) tools.progress.step()
    },
    stop(samples) {
      broken = brokenLimit({
        samples: [...cold, ...samples],
        boots: observation.boots,
        policy: plan.policy,
      })
      if (broken) tools.progress.warn(`${broken.id}: ${broken.after} answers show it, so measuring ends here`)
      return broken !== undefined || target.exit() !== undefined
    },
  })
  tools.io.signal.throwIfAborted()
  if (timeLeft.aborted && !broken)
    observation.cut = {
      kind: 'time-spent',
      reason: 'the time budget was spent in the warm answers: raise --max-seconds to measure this service',
    }
  return (
    broken ?? failedLimit({ samples: observation.samples, boots: observation.boots, policy: plan.policy })
  )
}
