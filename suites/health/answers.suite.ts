import {
  askProbe,
  bodyOf,
  describeFailure,
  flawOf,
  inTurn,
  probe,
  promise,
  quote,
  type Reply,
} from '#infergate'

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
    const answer = await askProbe(service)
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
    const status = deep.received?.status ?? 0
    if ([401, 403, 404, 405].includes(status) || isPage(deep))
      notApplicable(`the service has no /health_generate: it is HTTP ${status}`)
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
    const looks = await inTurn(10, leftMs, async (index) => {
      const [health, answer] = await Promise.all([service.health(), askProbe(service)])
      const flaw = answer.outcome === 'failed' ? describeFailure(answer) : flawOf(answer)
      verify(
        health.ok === (flaw === undefined),
        `look ${index + 1}: health is ${health.ok ? 'green' : 'not'}, generation: ${flaw ?? 'good'}`,
        health.reply,
        answer,
      )
    })
    sampled(looks.length)
  },
})

promise('health.empty-body', {
  says: "vLLM's health answers 200 with an empty body, and no page stands in for it",
  needs: ['health'],
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises an empty body')
    const { reply } = await service.health()
    const said = reply.outcome === 'completed' ? reply.text : ''
    // A catch-all that answers every path with its page looks healthy whatever the engine does.
    verify(!isPage(reply), `health answered with a page: ${quote(said)}`, reply)
    if (said.trim() !== '') notApplicable(`a gateway in front has a health of its own: ${quote(said, 80)}`)
    verify(
      reply.outcome === 'completed' && reply.status === 200,
      `health answered ${reply.outcome === 'completed' ? `HTTP ${reply.status}` : describeFailure(reply)}`,
    )
  },
})

promise('health.lists-its-model', {
  says: 'the list of models holds the model that answers',
  needs: ['models'],
  async check({ service, verify, notApplicable }) {
    const reply = await service.models()
    verify(reply.outcome === 'completed', `the list of models failed: ${describeFailure(reply)}`)
    const ids = modelIds(reply.outcome === 'completed' ? reply.json : undefined)
    verify(ids.length > 0, 'the service is up, but its list of models is empty', reply)
    const { reported } = await probe(service)
    const { engine, model: asked = '' } = service.profile
    if (reported.model === undefined) notApplicable('the answer does not name its model')
    // Another engine may answer by the version, or by what stands behind the name that it lists.
    const isListed = ids.includes(reported.model ?? '') || (engine === 'unknown' && ids.includes(asked))
    verify(isListed, `${quote(reported.model ?? '')} answers, but is not listed`, reply)
  },
})

const isPage = (reply: Reply): boolean => bodyOf(reply).trimStart().startsWith('<')

function modelIds(body: unknown): string[] {
  const { data } = (body ?? {}) as { data?: unknown }
  return Array.isArray(data) ? data.flatMap((entry) => (typeof entry?.id === 'string' ? [entry.id] : [])) : []
}
