import type { AnswerTruth } from './truth.ts'

/** vLLM's bucket bounds, in seconds. */
const FIRST_TOKEN = [
  ...[0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1],
  ...[2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560],
]
const GAP = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80]
const REQUEST = [
  ...[0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60],
  ...[120, 240, 480, 960, 1920, 7680],
]
const LABELS = 'engine="0",model_name="stub"'

/** What this stub did, in the names that vLLM has for it. Nothing is ever set back. */
export class Metrics {
  readonly #sums = { prompt: 0, generation: 0, stop: 0, length: 0, abort: 0 }
  readonly #histograms = {
    time_to_first_token_seconds: new Histogram(FIRST_TOKEN),
    inter_token_latency_seconds: new Histogram(GAP),
    e2e_request_latency_seconds: new Histogram(REQUEST),
    request_queue_time_seconds: new Histogram(REQUEST),
  }

  started({ prompt_tokens, received_ns, started_ns }: AnswerTruth): void {
    this.#sums.prompt += prompt_tokens
    this.#histograms.request_queue_time_seconds.observe((started_ns - received_ns) / 1e9)
  }

  /** Before the event is in the truth. */
  emitted({ received_ns, emitted_ns }: AnswerTruth, tokens: number, nowNs: number): void {
    this.#sums.generation += tokens
    const lastNs = emitted_ns.at(-1)
    if (lastNs === undefined)
      this.#histograms.time_to_first_token_seconds.observe((nowNs - received_ns) / 1e9)
    else this.#histograms.inter_token_latency_seconds.observe((nowNs - lastNs) / 1e9)
  }

  ended({ received_ns }: AnswerTruth, reason: 'stop' | 'length' | 'abort', nowNs: number): void {
    this.#sums[reason]++
    this.#histograms.e2e_request_latency_seconds.observe((nowNs - received_ns) / 1e9)
  }

  text(running: number, waiting: number): string {
    const { prompt, generation, stop, length, abort } = this.#sums
    return [
      ...family('num_requests_running', 'gauge', running),
      ...family('num_requests_waiting', 'gauge', waiting),
      ...family('prompt_tokens', 'counter', prompt),
      ...family('generation_tokens', 'counter', generation),
      '# TYPE vllm:request_success counter',
      ...Object.entries({ stop, length, abort }).map(
        ([reason, count]) => `vllm:request_success_total{${LABELS},finished_reason="${reason}"} ${count}`,
      ),
      ...Object.entries(this.#histograms).flatMap(([name, histogram]) => histogram.lines(`vllm:${name}`)),
      '',
    ].join('\n')
  }
}

const family = (name: string, type: 'gauge' | 'counter', value: number): readonly string[] => [
  `# TYPE vllm:${name} ${type}`,
  `vllm:${name}${type === 'counter' ? '_total' : ''}{${LABELS}} ${value}`,
]

class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0
  #count = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(value: number): void {
    this.#sum += value
    this.#count++
    let place = 0
    while (place < this.#bounds.length && value > (this.#bounds[place] as number)) place++
    if (place < this.#bounds.length) this.#counts[place] = (this.#counts[place] as number) + 1
  }

  lines(name: string): readonly string[] {
    let below = 0
    const buckets = this.#bounds.map((bound, place) => {
      below += this.#counts[place] as number
      // prometheus_client prints bounds as Python floats.
      const le = Number.isInteger(bound) ? `${bound}.0` : `${bound}`
      return `${name}_bucket{${LABELS},le="${le}"} ${below}`
    })
    return [
      `# TYPE ${name} histogram`,
      ...buckets,
      `${name}_bucket{${LABELS},le="+Inf"} ${this.#count}`,
      `${name}_count{${LABELS}} ${this.#count}`,
      `${name}_sum{${LABELS}} ${this.#sum}`,
    ]
  }
}
