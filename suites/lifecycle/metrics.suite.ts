import {
  type Completed,
  excuseOthers,
  excuseReplicas,
  type GenerationRequest,
  good,
  growth,
  inParallel,
  isOurs,
  metricSum,
  metricsUntil,
  PROBE,
  probe,
  promise,
} from '#infergate'

promise('lifecycle.metrics-are-there', {
  says: "vLLM's metrics are there after a request",
  needs: ['metrics'],
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine !== 'vllm') notApplicable("only vLLM promises vLLM's metrics")
    await probe(service)
    const samples = await service.metrics()
    const absent = METRICS.filter((names) => !samples.some(({ name }) => names.includes(name)))
    verify(absent.length === 0, `/metrics lacks ${absent.map((names) => names.join(' or ')).join(', ')}`)
  },
})

promise('lifecycle.counters-add-up', {
  says: 'the counters grow by what was sent: requests, prompt tokens and generated tokens',
  needs: ['metrics', 'usage'],
  alone: 'counts',
  async check({ service, verify, clock, notApplicable, sampled }) {
    if (service.profile.shared !== undefined) notApplicable(service.profile.shared)
    const before = await service.metrics()
    const answers = await inParallel(6, 6, (index) =>
      service.answer({ prompt: 'Tell me a story.', maxTokens: 5 + index, temperature: 1 }),
    )
    const sum = (count: (answer: Completed) => number | undefined) =>
      answers.reduce((total, answer) => total + (count(answer) ?? 0), 0)
    const expected: Record<string, number> = {
      'vllm:request_success_total': answers.length,
      'vllm:prompt_tokens_total': sum(({ usage }) => usage?.promptTokens),
      'vllm:generation_tokens_total': sum(({ usage }) => usage?.completionTokens),
    }
    const names = Object.keys(expected).filter((name) => metricSum(before, name) !== undefined)
    if (names.length === 0) notApplicable('/metrics has none of the counters')
    sampled(answers.length)
    const grew = (now: typeof before, name: string) => growth(before, now, name) ?? 0
    const { samples } = await metricsUntil(service, clock, 3_000, (now) =>
      names.every((name) => grew(now, name) >= (expected[name] ?? 0)),
    )
    // Others may use a service that already ran; then a counter may only grow by more.
    const holds = (name: string) => {
      const [actual, wanted] = [grew(samples, name), expected[name] ?? 0]
      return isOurs(service) ? actual === wanted : actual >= wanted
    }
    if (!names.every(holds)) await excuseReplicas(service, clock, [before, samples])
    for (const name of names) {
      const [actual, wanted] = [grew(samples, name), expected[name] ?? 0]
      verify(holds(name), `${name} grew by ${actual}, what was sent makes ${wanted}`, ...answers.slice(0, 2))
    }
  },
})

promise('lifecycle.returns-to-idle', {
  says: 'after a burst nothing runs, nothing waits, and the cache is free again',
  needs: ['metrics'],
  alone: 'counts',
  async check({ service, verify, clock, notApplicable }) {
    if (service.profile.shared !== undefined) notApplicable(service.profile.shared)
    const before = await service.metrics()
    if (metricSum(before, RUNNING) === undefined) notApplicable(`/metrics has no ${RUNNING}`)
    const burst: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 48, temperature: 1 }
    const answers = await inParallel(16, 16, async () =>
      good(await service.generate(burst), 'a request of a burst'),
    )
    // Others may use a service that already ran: only what runs beyond theirs is held against it.
    const theirs = (name: string) => (isOurs(service) ? 0 : (metricSum(before, name) ?? 0))
    // The cache is free where nothing runs, whoever used it; what runs takes more of it as it grows.
    const over = (now: typeof before, name: string) =>
      !CACHE.includes(name)
        ? (metricSum(now, name) ?? 0) - theirs(name)
        : isOurs(service) || metricSum(now, RUNNING) === 0
          ? (metricSum(now, name) ?? 0)
          : 0
    const gauges = [RUNNING, WAITING, ...CACHE]
    const stuck = (now: typeof before) => gauges.filter((name) => over(now, name) > IDLE)
    const { samples } = await metricsUntil(service, clock, 3_000, (now) => stuck(now).length === 0)
    const prompts = answers.map(({ usage }) => usage?.promptTokens ?? Number.NaN)
    const sent = prompts.reduce((sum, tokens) => sum + tokens, 0)
    if (stuck(samples).length > 0) await excuseOthers(service, clock, [before, samples], sent)
    verify(
      stuck(samples).length === 0,
      `three seconds after a burst: ${stuck(samples)
        .map((name) => `${name} ${over(samples, name)}`)
        .join(', ')} too much`,
    )
  },
})

promise('lifecycle.keeps-its-process', {
  says: 'the process that serves is the same before and after a row of requests',
  needs: ['metrics'],
  async check({ service, verify, clock, notApplicable }) {
    const started = 'process_start_time_seconds'
    const first = await service.metrics()
    const before = metricSum(first, started)
    if (before === undefined) notApplicable(`/metrics has no ${started}`)
    await inParallel(12, 4, async () =>
      good(await service.generate({ ...PROBE, temperature: 1 }), 'a request of a row'),
    )
    const last = await service.metrics()
    const after = metricSum(last, started)
    // Other users do not start it anew: only another server excuses another process.
    if (before !== after || service.profile.shared !== undefined)
      await excuseReplicas(service, clock, [first, last])
    verify(before === after, `the process started anew: ${started} was ${before}, is ${after}`)
  },
})

const RUNNING = 'vllm:num_requests_running'
const WAITING = 'vllm:num_requests_waiting'
/** A small cache keeps a block for itself: this share of it is no request's. */
const IDLE = 0.05
/** The old and the new name. */
const CACHE = ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc']

/** What dashboards and autoscalers read; each line lists the names that releases gave to one thing. */
const METRICS: readonly (readonly string[])[] = [
  [RUNNING],
  [WAITING],
  CACHE,
  ['vllm:prompt_tokens_total'],
  ['vllm:generation_tokens_total'],
  ['vllm:request_success_total'],
  ['vllm:time_to_first_token_seconds_count'],
  ['vllm:inter_token_latency_seconds_count', 'vllm:time_per_output_token_seconds_count'],
  ['vllm:e2e_request_latency_seconds_count'],
]
