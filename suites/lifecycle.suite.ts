import {
  type Completed,
  type GenerationRequest,
  good,
  growth,
  inParallel,
  median,
  metricSum,
  metricsUntil,
  PROBE,
  probe,
  promise,
} from '#infergate'

/** Warm answers may take this share of the cold start at most (the rule of the verdict, seen from one request). */
const WARM_TO_COLD = 0.3
/** A cold start shorter than this is no load of a model: nothing to compare with. */
const LEAST_COLD_MS = 300
/** Time of a warm call that the service does not call generation: network, queue, framework. Not a model's load. */
const OUTSIDE_GENERATION_MS = 500

promise('lifecycle.every-start-generates', {
  says: 'every start of the service ends in a good generation',
  tags: ['smoke'],
  async check({ service, verify, notApplicable }) {
    if (service.boots.length === 0) notApplicable('no start of this service was watched')
    for (const { index, outcome, reason } of service.boots)
      verify(outcome === 'generating', `start ${index} never generated: ${reason ?? 'no reason is known'}`)
  },
})

promise('lifecycle.warm-is-not-cold', {
  says: 'a warm call takes a small part of the cold start: the model stays loaded',
  async check({ service, verify, notApplicable, sampled }) {
    const cold = service.boots.filter(({ origin }) => origin === 'started').at(-1)
    const coldMs = cold?.firstGenerationMs
    if (coldMs === undefined) notApplicable('this service was not started here: its cold start is unknown')
    else if (coldMs < LEAST_COLD_MS)
      notApplicable(`its cold start takes ${Math.round(coldMs)} ms: no load to compare with`)
    else {
      const calls = await inParallel(6, 1, () => probe(service))
      sampled(calls.length)
      const warmMs = median(calls.map(({ timing }) => timing.e2eMs))
      verify(
        warmMs <= WARM_TO_COLD * coldMs,
        `warm calls take ${Math.round(warmMs)} ms, the cold start ${Math.round(coldMs)} ms: ` +
          `more than ${WARM_TO_COLD} of it, as if the model were loaded for each request`,
        ...calls,
      )
    }
  },
})

promise('lifecycle.no-time-outside-generation', {
  says: 'a warm call takes about as long as the service says that it generated',
  needs: ['reported-time'],
  async check({ service, verify, inconclusive, sampled }) {
    await probe(service)
    const calls = await inParallel(6, 1, () => probe(service))
    const outside = calls.flatMap(({ timing, reported }) =>
      reported.generationMs === undefined ? [] : [timing.e2eMs - reported.generationMs],
    )
    if (outside.length === 0) inconclusive('no answer says how long it was generated', ...calls)
    sampled(outside.length)
    const middleMs = median(outside)
    verify(
      middleMs <= OUTSIDE_GENERATION_MS,
      `warm calls spend ${Math.round(middleMs)} ms outside the generation that the service reports`,
      ...calls,
    )
    verify(
      middleMs >= -50,
      `the service reports ${Math.round(-middleMs)} ms more than the call took`,
      ...calls,
    )
  },
})

promise('lifecycle.stays-quick', {
  says: 'the last of fifteen calls is as quick as the first',
  async check({ service, verify, sampled, leftMs }) {
    const tookMs: number[] = []
    for (let call = 0; call < 15 && leftMs() > 5_000; call++) tookMs.push((await probe(service)).timing.e2eMs)
    sampled(tookMs.length)
    const third = Math.ceil(tookMs.length / 3)
    const [first, last] = [median(tookMs.slice(0, third)), median(tookMs.slice(-third))]
    verify(
      last <= 3 * first + 100,
      `calls grow slower: ${Math.round(first)} ms at first, ${Math.round(last)} ms after ${tookMs.length}`,
    )
  },
})

promise('lifecycle.starts-alike', {
  says: 'a later start is not slower than the first',
  async check({ service, verify, notApplicable, sampled }) {
    const [first, ...later] = service.boots
      .filter(({ origin }) => origin === 'started')
      .flatMap(({ firstGenerationMs }) => firstGenerationMs ?? [])
    if (first === undefined || later.length === 0) notApplicable('fewer than two starts were watched')
    else {
      sampled(later.length)
      // A cache that is filled once makes the first start the slow one; the room is for noise.
      for (const laterMs of later)
        verify(
          laterMs <= 1.5 * first + 2_000,
          `the first start took ${Math.round(first)} ms, a later one ${Math.round(laterMs)} ms`,
        )
    }
  },
})

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
  async check({ service, verify, clock, notApplicable, sampled }) {
    const before = await service.metrics()
    const answers = await inParallel(6, 3, (index) =>
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
    const alone = service.boots.at(-1)?.origin === 'started'
    for (const name of names) {
      const [actual, wanted] = [grew(samples, name), expected[name] ?? 0]
      verify(
        alone ? actual === wanted : actual >= wanted,
        `${name} grew by ${actual}, what was sent makes ${wanted}`,
        ...answers.slice(0, 2),
      )
    }
  },
})

promise('lifecycle.returns-to-idle', {
  says: 'after a burst nothing runs, nothing waits, and the cache is free again',
  needs: ['metrics'],
  async check({ service, verify, clock, notApplicable }) {
    const before = await service.metrics()
    if (metricSum(before, RUNNING) === undefined) notApplicable(`/metrics has no ${RUNNING}`)
    const burst: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 48, temperature: 1 }
    await inParallel(16, 16, async () => good(await service.generate(burst), 'a request of a burst'))
    const left = (now: typeof before, name: string) =>
      (metricSum(now, name) ?? 0) - (metricSum(before, name) ?? 0)
    const gauges = [RUNNING, WAITING, ...CACHE]
    const { held, samples } = await metricsUntil(service, clock, 3_000, (now) =>
      gauges.every((name) => left(now, name) <= 0.01),
    )
    const stuck = gauges.filter((name) => left(samples, name) > 0.01)
    verify(
      held,
      `three seconds after a burst: ${stuck.map((name) => `${name} +${left(samples, name)}`).join(', ')}`,
    )
  },
})

promise('lifecycle.keeps-its-process', {
  says: 'the process that serves is the same before and after a row of requests',
  needs: ['metrics'],
  async check({ service, verify, notApplicable }) {
    const started = 'process_start_time_seconds'
    const before = metricSum(await service.metrics(), started)
    if (before === undefined) notApplicable(`/metrics has no ${started}`)
    await inParallel(12, 4, () => probe(service, { ...PROBE, temperature: 1 }))
    const after = metricSum(await service.metrics(), started)
    verify(before === after, `the process started anew: ${started} was ${before}, is ${after}`)
  },
})

const RUNNING = 'vllm:num_requests_running'
const WAITING = 'vllm:num_requests_waiting'
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
