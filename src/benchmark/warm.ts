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
  /** Measured requests, one after the other; default 30. */
  readonly requests?: number
  /** Requests before them, whose latency is not counted; default 3. */
  readonly warmup?: number
  readonly request: GenerationRequest
  /** Seeds the markers that make each prompt another one. */
  readonly seed: number
  readonly boot: number
  /** The run's start on the client's clock. */
  readonly runStartMs: number
  /** Total deadline of one request. */
  readonly timeoutMs?: number
  /** Ends the loop; a request in flight is abandoned and gives no sample. */
  readonly signal?: AbortSignal
}

/**
 * Warm requests in a closed loop: the next is sent when the last one's answer is complete and its sample was taken. Whoever stops
 * taking samples ends the loop. The client's own stamps are the measurement. Every answer is a sample, a failed one and one
 * of the warm-up too.
 */
export async function* measureWarm(client: Answering, options: WarmOptions): AsyncGenerator<Sample, void> {
  const { scenario = 'warm', requests = 30, warmup = 3, signal, timeoutMs } = options
  const { request, seed, boot, runStartMs } = options
  for (let index = -warmup; index < requests && !signal?.aborted; index++) {
    const answer = await client.generate(variedRequest(request, `${seed}/${boot}/${index}`), {
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
    // Abandoned by us: it says nothing about the service.
    if (signal?.aborted && answer.outcome === 'failed' && answer.failure === 'aborted') return
    const place = { scenario, warmth: 'warm', boot, index, runStartMs } as const
    yield sampleOf(answer, index < 0 ? { ...place, warmUp: true } : place)
  }
}

/**
 * The same request with a marker before its prompt: neither a cache of answers nor one of prefixes can answer it, and
 * equal seeds still give equal prompts.
 */
function variedRequest(request: GenerationRequest, seed: string): GenerationRequest {
  return { ...request, prompt: `[${createRandom(seed).marker(8)}] ${request.prompt}` }
}
