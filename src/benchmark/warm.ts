import { Bench } from 'tinybench'
import { type Clock, systemClock } from '../clock.ts'
import { createRandom } from '../random.ts'
import type { Generation, GenerationRequest, Sample } from '../records/index.ts'
import { sampleOf } from './sample.ts'

/** What the benchmark needs of a client. */
export type Answering = {
  generate(
    request: GenerationRequest,
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<Generation>
}

export type WarmOptions = {
  readonly scenario?: string
  /** Measured requests, one after the other. */
  readonly requests?: number
  /** Requests before them, whose latency is not counted. */
  readonly warmup?: number
  readonly request: GenerationRequest
  /** Seeds the markers that make each prompt another one. */
  readonly seed: number
  readonly boot: number
  /** The run's start on `clock`, which must be the client's. */
  readonly runStartMs: number
  readonly clock?: Clock
  /** Total deadline of one request. */
  readonly timeoutMs?: number
  /** Ends the loop; a request in flight is abandoned and gives no sample. */
  readonly signal?: AbortSignal
  readonly onSample?: (sample: Sample) => void
  /** Asked after each answer: true ends the loop early, with the samples so far. */
  readonly stop?: (samples: readonly Sample[]) => boolean
}

/**
 * Warm requests in a closed loop: the next is sent when the last one's answer is complete. tinybench schedules (`time: 0`
 * makes its sequential mode run exactly `iterations` calls, a signal ends it between two); the client's own stamps are the
 * measurement. Every answer is a sample, a failed one and one of the warm-up too.
 */
export async function runWarm(client: Answering, options: WarmOptions): Promise<readonly Sample[]> {
  const { scenario = 'warm', requests = 30, warmup = 3, clock = systemClock } = options
  const { request, seed, boot, runStartMs, timeoutMs, onSample, stop } = options
  const samples: Sample[] = []
  const ended = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal
  let index = -warmup

  const answerOne = async () => {
    const at = index++
    const answer = await client.generate(variedRequest(request, `${seed}/${boot}/${at}`), {
      signal,
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
    // Abandoned by us: it says nothing about the service.
    if (signal.aborted && answer.outcome === 'failed' && answer.failure === 'aborted') return
    const place = { scenario, warmth: 'warm', boot, index: at, runStartMs } as const
    const sample = sampleOf(answer, at < 0 ? { ...place, warmUp: true } : place)
    samples.push(sample)
    onSample?.(sample)
    if (stop?.(samples)) ended.abort()
  }

  const bench = new Bench({
    iterations: requests,
    time: 0,
    warmup: warmup > 0,
    warmupIterations: warmup,
    warmupTime: 0,
    now: () => clock.monotonicMs(),
    throws: true,
    signal,
  })
  await bench.add(scenario, answerOne, { async: true }).run()
  return samples
}

/**
 * The same request with a marker before its prompt: neither a cache of answers nor one of prefixes can answer it, and
 * equal seeds still give equal prompts.
 */
function variedRequest(request: GenerationRequest, seed: string): GenerationRequest {
  return { ...request, prompt: `[${createRandom(seed).marker(8)}] ${request.prompt}` }
}
