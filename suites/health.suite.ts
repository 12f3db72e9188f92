import {
  describeFailure,
  flawOf,
  inParallel,
  median,
  PROBE,
  probe,
  promise,
  quantile,
  quote,
} from '#infergate'

/** A probe of a load balancer allows about a second; a healthy answer needs no model and takes milliseconds. */
const HEALTH_MEDIAN_MS = 250
const HEALTH_P95_MS = 1_000
/** A first call may be slow; slower than this and than the whole start before it, the model was not loaded yet. */
const READY_WAIT_MS = 1_500
/** Above this, health waited for the model and not merely for a busy machine. */
const HEALTH_UNDER_LOAD_MS = 2_000

promise('health.answers', {
  says: 'the health route answers with a success and says nothing bad',
  needs: ['health'],
  tags: ['smoke'],
  async check({ service, verify }) {
    const { ok, reply } = await service.health()
    verify(
      ok,
      `health is not well: ${reply.outcome === 'failed' ? describeFailure(reply) : quote(reply.text)}`,
    )
  },
})

promise('health.agrees-with-generation', {
  says: 'a service that calls itself healthy can generate',
  needs: ['health'],
  tags: ['smoke'],
  async check({ service, verify }) {
    const health = await service.health()
    const answer = await service.generate(PROBE)
    const flaw = answer.outcome === 'failed' ? describeFailure(answer) : flawOf(answer)
    verify(
      !health.ok || flaw === undefined,
      `health is green, but a generation failed: ${flaw}`,
      health.reply,
      answer,
    )
    verify(
      health.ok || flaw !== undefined,
      'the service generates, but health calls it unwell',
      health.reply,
      answer,
    )
  },
})

promise('health.deep-agrees', {
  says: 'where the service has a second, deeper health route, both say the same',
  needs: ['health', 'error-status'],
  async check({ service, verify, notApplicable }) {
    const deep = await service.send({ path: '/health_generate' })
    if (deep.received?.status === 404) notApplicable('the service has no /health_generate')
    const { ok, reply } = await service.health()
    verify(
      ok === (deep.outcome === 'completed'),
      `health is ${ok ? 'green' : 'not'}, /health_generate says ${deep.outcome === 'completed' ? 'yes' : describeFailure(deep)}`,
      reply,
      deep,
    )
  },
})

promise('health.keeps-agreeing', {
  says: 'health and generation agree every time, not only the first',
  needs: ['health'],
  async check({ service, verify, sampled, leftMs }) {
    let n = 0
    for (; n < 10 && leftMs() > 5_000; n++) {
      const [health, answer] = await Promise.all([service.health(), service.generate(PROBE)])
      const flaw = answer.outcome === 'failed' ? describeFailure(answer) : flawOf(answer)
      verify(
        health.ok === (flaw === undefined),
        `look ${n + 1}: health is ${health.ok ? 'green' : 'not'}, generation: ${flaw ?? 'good'}`,
        health.reply,
        answer,
      )
    }
    sampled(n)
  },
})

promise('health.empty-body', {
  says: "vLLM's health answers 200 with an empty body",
  needs: ['health'],
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises an empty body')
    const { reply } = await service.health()
    verify(
      reply.outcome === 'completed' && reply.status === 200 && reply.text === '',
      `health answered ${reply.outcome === 'completed' ? `HTTP ${reply.status}, ${quote(reply.text)}` : describeFailure(reply)}`,
    )
  },
})

promise('health.ready-means-ready', {
  says: 'the first generation after health first says yes succeeds',
  needs: ['health'],
  tags: ['smoke'],
  async check({ service, verify, notApplicable }) {
    const looks = service.boots.flatMap(({ index, firstAfterHealth: look }) =>
      look ? [{ index, look }] : [],
    )
    if (looks.length === 0) notApplicable('no start of this service was watched')
    for (const { index, look } of looks)
      verify(
        look.failure === undefined,
        `start ${index}: health said yes, and the generation ${Math.round(look.afterHealthMs)} ms later failed: ` +
          `${look.failure} ${quote(look.message ?? '')}`,
      )
  },
})

promise('health.ready-after-loading', {
  says: 'health says yes when the loading is done, not while requests still have to wait for it',
  needs: ['health'],
  async check({ service, verify, notApplicable }) {
    const starts = service.boots.flatMap(({ index, origin, healthMs, firstGenerationMs }) =>
      origin === 'started' && healthMs !== undefined && firstGenerationMs !== undefined
        ? [{ index, healthMs, waitedMs: firstGenerationMs - healthMs }]
        : [],
    )
    if (starts.length === 0) notApplicable('no start of this service was watched')
    for (const { index, healthMs, waitedMs } of starts)
      verify(
        waitedMs <= READY_WAIT_MS || waitedMs <= healthMs,
        `start ${index}: health said yes after ${Math.round(healthMs)} ms, the first answer took ${Math.round(waitedMs)} ms more`,
      )
  },
})

promise('health.is-quick', {
  says: 'health answers at once while the service is idle',
  needs: ['health'],
  async check({ service, verify, sampled, leftMs }) {
    await service.health()
    const enoughMs = leftMs() - 4_000
    const tookMs: number[] = []
    // Where each look is slow, a few of them decide.
    while (tookMs.length < 20 && (tookMs.length < 3 || leftMs() > enoughMs))
      tookMs.push((await service.health()).tookMs)
    sampled(tookMs.length)
    const [p50, p95] = [median(tookMs), quantile(tookMs, 0.95)]
    verify(
      p50 <= HEALTH_MEDIAN_MS,
      `the median health answer took ${Math.round(p50)} ms, more than ${HEALTH_MEDIAN_MS}`,
    )
    verify(
      p95 <= HEALTH_P95_MS,
      `a health answer took ${Math.round(p95)} ms (p95), more than ${HEALTH_P95_MS}`,
    )
  },
})

promise('health.quick-under-load', {
  says: 'health answers in time while the service generates for others',
  needs: ['health'],
  async check({ service, verify, sampled, clock }) {
    let busy = true
    const load = inParallel(32, 16, () =>
      service.generate({ prompt: 'Tell me a story.', maxTokens: 64, temperature: 1 }),
    ).finally(() => {
      busy = false
    })
    let looks = 0
    for (; busy || looks === 0; looks++) {
      await clock.sleep(10)
      const { ok, tookMs, reply } = await service.health()
      verify(ok, 'health fails while the service generates', reply)
      verify(tookMs <= HEALTH_UNDER_LOAD_MS, `health took ${Math.round(tookMs)} ms under load`, reply)
    }
    await load
    sampled(looks)
  },
})

promise('health.lists-its-model', {
  says: 'the list of models holds the model that answers',
  needs: ['models'],
  async check({ service, verify, inconclusive }) {
    const reply = await service.models()
    verify(reply.outcome === 'completed', `the list of models failed: ${describeFailure(reply)}`)
    const ids = modelIds(reply.outcome === 'completed' ? reply.json : undefined)
    verify(ids.length > 0, 'the service is up, but its list of models is empty', reply)
    const { reported } = await probe(service)
    if (reported.model === undefined) inconclusive('the answer does not name its model')
    else verify(ids.includes(reported.model), `${quote(reported.model)} answers, but is not listed`, reply)
  },
})

function modelIds(body: unknown): string[] {
  const { data } = (body ?? {}) as { data?: unknown }
  return Array.isArray(data) ? data.flatMap((entry) => (typeof entry?.id === 'string' ? [entry.id] : [])) : []
}
