import { createHash } from 'node:crypto'
import { Histogram } from './histogram.ts'
import type { FinishReason, Job } from './job.ts'
import type { Slots } from './slots.ts'

/** Tokens in one block of the KV cache, and how many blocks there are: vLLM's default size, our number. */
const BLOCK_TOKENS = 16
const BLOCKS = 4096
/** A token holds up to four bytes. */
const BLOCK_BYTES = 4 * BLOCK_TOKENS

/** vLLM's bucket bounds, in seconds. */
const FIRST_TOKEN = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const GAP = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
const REQUEST = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60]

const REASONS = ['stop', 'length', 'abort', 'error', 'repetition'] as const

/** What one sequence reports while it is generated. `sinceMs` counts from its arrival. */
export type SequenceRecord = {
  step(tokens: number, sinceMs: number): void
  end(finish: FinishReason, sinceMs: number): void
}

/** Real counts of what this server did, in the families that vLLM shows. */
export class Metrics {
  readonly #model: string
  readonly #startedSeconds: number
  readonly #slots: Slots
  readonly #blocks = new Map<object, number>()
  readonly #finished = new Map<string, number>(REASONS.map((reason) => [reason, 0]))
  readonly #prefixes = new Set<string>()
  readonly #counters = {
    promptTokens: 0,
    generationTokens: 0,
    prefixQueries: 0,
    prefixHits: 0,
    rejections: 0,
  }
  readonly #histograms = {
    time_to_first_token_seconds: new Histogram(FIRST_TOKEN),
    inter_token_latency_seconds: new Histogram(GAP),
    e2e_request_latency_seconds: new Histogram(REQUEST),
    request_queue_time_seconds: new Histogram(REQUEST),
    request_inference_time_seconds: new Histogram(REQUEST),
    request_prefill_time_seconds: new Histogram(REQUEST),
    request_decode_time_seconds: new Histogram(REQUEST),
  }

  constructor(model: string, startedAt: Date, slots: Slots) {
    this.#model = model
    this.#startedSeconds = startedAt.getTime() / 1000
    this.#slots = slots
  }

  /** A sequence has its slot. */
  begin(job: Job, queuedMs: number): SequenceRecord {
    const key = {}
    let tokens = 0
    let firstMs: number | undefined
    let lastMs = 0
    this.#blocks.set(key, Math.ceil(job.promptTokens / BLOCK_TOKENS))
    this.#counters.promptTokens += job.promptTokens
    this.#lookUpPrefix(job.prompt)
    this.#histograms.request_queue_time_seconds.observe(queuedMs / 1000)
    return {
      step: (count, sinceMs) => {
        tokens += count
        this.#counters.generationTokens += count
        this.#blocks.set(key, Math.ceil((job.promptTokens + tokens) / BLOCK_TOKENS))
        if (firstMs === undefined) this.#histograms.time_to_first_token_seconds.observe(sinceMs / 1000)
        else this.#histograms.inter_token_latency_seconds.observe((sinceMs - lastMs) / 1000)
        firstMs ??= sinceMs
        lastMs = sinceMs
      },
      end: (finish, sinceMs) => {
        this.#blocks.delete(key)
        this.#finished.set(finish, (this.#finished.get(finish) ?? 0) + 1)
        this.#histograms.e2e_request_latency_seconds.observe(sinceMs / 1000)
        if (firstMs === undefined) return
        this.#histograms.request_inference_time_seconds.observe((sinceMs - queuedMs) / 1000)
        this.#histograms.request_prefill_time_seconds.observe((firstMs - queuedMs) / 1000)
        this.#histograms.request_decode_time_seconds.observe((lastMs - firstMs) / 1000)
      },
    }
  }

  /** A request was refused because the queue is full. */
  reject(): void {
    this.#counters.rejections += 1
  }

  /** The text exposition format, as `/metrics` gives it. */
  expose(): string {
    const labels = `engine="0",model_name="${this.#model}"`
    const used = [...this.#blocks.values()].reduce((sum, blocks) => sum + blocks, 0)
    const family = (type: string, name: string, ...lines: readonly string[]) => [
      `# HELP vllm:${name} ${name.replaceAll('_', ' ')}.`,
      `# TYPE vllm:${name} ${type}`,
      ...lines,
    ]
    const one = (type: 'gauge' | 'counter', name: string, value: number) =>
      family(type, name, `vllm:${name}${type === 'counter' ? '_total' : ''}{${labels}} ${value}`)
    const finished = [...this.#finished].map(
      ([reason, count]) => `vllm:request_success_total{finished_reason="${reason}",${labels}} ${count}`,
    )
    const histograms = Object.entries(this.#histograms).flatMap(([name, histogram]) =>
      family('histogram', name, ...histogram.lines(`vllm:${name}`, labels)),
    )
    return [
      '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.',
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${this.#startedSeconds}`,
      ...one('gauge', 'num_requests_running', this.#slots.running),
      ...one('gauge', 'num_requests_waiting', this.#slots.waiting),
      ...one('gauge', 'kv_cache_usage_perc', Math.min(1, used / BLOCKS)),
      ...one('counter', 'prompt_tokens', this.#counters.promptTokens),
      ...one('counter', 'generation_tokens', this.#counters.generationTokens),
      ...one('counter', 'num_preemptions', 0),
      ...one('counter', 'prefix_cache_queries', this.#counters.prefixQueries),
      ...one('counter', 'prefix_cache_hits', this.#counters.prefixHits),
      ...family('counter', 'request_success', ...finished),
      ...family(
        'counter',
        'admission_rejections',
        `vllm:admission_rejections_total{reason="queue_full",${labels}} ${this.#counters.rejections}`,
      ),
      ...histograms,
      '',
    ].join('\n')
  }

  /** Whole blocks of a prompt that an earlier one began with. Bounded: the oldest are forgotten. */
  #lookUpPrefix(prompt: string): void {
    const bytes = Buffer.from(prompt)
    let hit = true
    let prefix = ''
    for (let end = BLOCK_BYTES; end <= bytes.length; end += BLOCK_BYTES) {
      // A block's key names all blocks before it too.
      const block = bytes.subarray(end - BLOCK_BYTES, end)
      prefix = createHash('sha1').update(prefix).update(block).digest('base64')
      hit &&= this.#prefixes.has(prefix)
      this.#counters.prefixQueries += BLOCK_TOKENS
      if (hit) this.#counters.prefixHits += BLOCK_TOKENS
      this.#prefixes.add(prefix)
    }
    for (const oldest of this.#prefixes) {
      if (this.#prefixes.size <= BLOCKS) break
      this.#prefixes.delete(oldest)
    }
  }
}
