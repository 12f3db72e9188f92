import { askBeyondContext, contextTokens, isRefusal, onRoute, PROBE, promise, routesOf } from '#infergate'
import {
  BROKEN_JSON,
  describe,
  generating,
  NO_PROMPT,
  OBJECT_AS_PROMPT,
  onlyKnown,
  onlyVllm,
  refuses,
  sendBody,
  statusOf,
} from './hostile.ts'

promise('errors.broken-json', {
  says: 'a body that is no JSON is refused',
  alone: 'hurts',
  check: (tools) => refuses(tools, { 'broken JSON': BROKEN_JSON }),
})

promise('errors.bad-utf8', {
  says: 'a body that is no UTF-8 is refused',
  alone: 'hurts',
  check: (tools) =>
    refuses(tools, {
      'invalid UTF-8': sendBody({
        generate: Buffer.from('{"prompt": "a\xff\xfeb"}', 'latin1'),
        chat: Buffer.from('{"messages": [{"role": "user", "content": "a\xff\xfeb"}]}', 'latin1'),
      }),
    }),
})

promise('errors.wrong-content-type', {
  says: 'a body that is not called JSON is refused',
  async check(tools) {
    onlyKnown(tools, 'a body without its content type')
    const bodies = {
      generate: '{"prompt": "Say hello.", "max_tokens": 8}',
      chat: '{"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8}',
    }
    await refuses(tools, { 'text/plain': sendBody(bodies, 'text/plain') })
  },
})

promise('errors.missing-prompt', {
  says: 'a request without a prompt is refused',
  needs: ['request-validation'],
  alone: 'hurts',
  // Ollama loads the model of a request without a prompt.
  check: (tools) => refuses(tools, { 'no prompt': NO_PROMPT }, { promisedBy: 'vLLM and ananke' }),
})

promise('errors.wrong-types', {
  says: 'a field of the wrong type is refused',
  needs: ['request-validation'],
  alone: 'hurts',
  check: (tools) =>
    refuses(tools, {
      'an object as prompt': OBJECT_AS_PROMPT,
      'a word as max_tokens': generating({ max_tokens: 'ten' }),
      'a word as temperature': generating({ temperature: 'hot' }),
    }),
})

promise('errors.empty-prompt', {
  says: 'an empty prompt is refused',
  alone: 'hurts',
  async check(tools) {
    onlyVllm(tools, 'an empty prompt')
    // An empty message is an empty turn, which a chat template wraps: there is a prompt.
    const routes = routesOf(tools.service).filter((route) => route === 'generate')
    if (routes.length === 0) tools.notApplicable('the service has no completions route')
    await refuses(tools, { 'an empty prompt': generating({ prompt: '' }) }, { routes })
  },
})

promise('errors.bad-parameters', {
  says: 'a parameter outside its range is refused, not answered',
  needs: ['request-validation'],
  alone: 'hurts',
  async check(tools) {
    const { engine } = tools.service.profile
    const bad: Record<string, Record<string, unknown>> = { 'temperature -1': { temperature: -1 } }
    // To other engines -1 may mean "no limit", and llama.cpp is greedy below 0.
    if (engine !== 'unknown') Object.assign(bad, { 'max_tokens -1': { max_tokens: -1 } })
    if (engine === 'vllm')
      Object.assign(bad, {
        'max_tokens 0': { max_tokens: 0 },
        'top_p 0': { top_p: 0 },
        'top_p 1.5': { top_p: 1.5 },
        'top_k -2': { top_k: -2 },
        'min_p 2': { min_p: 2 },
        'presence_penalty 5': { presence_penalty: 5 },
        'frequency_penalty -5': { frequency_penalty: -5 },
        'min_tokens above max_tokens': { min_tokens: 9, max_tokens: 8 },
        'n 0': { n: 0 },
        'two greedy answers': { n: 2, temperature: 0 },
        'an empty stop string': { stop: '' },
        'stream_options without a stream': { stream_options: { include_usage: true } },
      })
    await refuses(
      tools,
      Object.fromEntries(Object.entries(bad).map(([name, wire]) => [name, generating(wire)])),
      { promisedBy: 'vLLM and ananke' },
    )
  },
})

promise('errors.unknown-model', {
  says: 'a model that is not served is refused as not found',
  needs: ['error-status', 'models'],
  async check(tools) {
    onlyVllm(tools, 'an unknown model')
    const { service, verify, inCase, sampled } = tools
    const routes = routesOf(service)
    for (const route of routes)
      await inCase(onRoute(service, 'an unknown model', route), async () => {
        const answer = await service.generate({ ...PROBE, route, model: 'infergate/no-such-model' })
        verify(isRefusal(answer), `not refused as a bad request: ${describe(answer)}`, answer)
        // A router that refuses it for the engine may use its own words and status.
        const isVllms = answer.outcome === 'failed' && typeof answer.error?.code === 'number'
        verify(
          !isVllms || statusOf(answer) === 404,
          `an unknown model is HTTP ${statusOf(answer)}, not 404`,
          answer,
        )
      })
    sampled(routes.length)
  },
})

promise('errors.unknown-path', {
  says: 'an unknown path is 404',
  needs: ['error-status'],
  async check({ service, verify, notApplicable }) {
    const reply = await service.send({ path: '/v1/infergate-no-such-path' })
    const status = statusOf(reply)
    if (status === 401 || status === 403)
      notApplicable(`paths that are not listed are closed to us: ${reply.sent.url} is HTTP ${status}`)
    verify(status === 404, `an unknown path is ${describe(reply)}, not HTTP 404`)
  },
})

promise('errors.wrong-method', {
  says: 'a generation cannot be asked for with GET',
  needs: ['error-status'],
  check: (tools) => refuses(tools, { GET: ({ send }, route) => send({ operation: route, method: 'GET' }) }),
})

promise('errors.too-long-prompt', {
  says: 'a prompt longer than the context is refused as the request is at fault, not the server',
  needs: ['request-validation'],
  alone: 'wedges',
  async check(tools) {
    const { service, leftMs, notApplicable } = tools
    const answered: string[] = []
    const routes = routesOf(service)
    for (const route of routes) {
      const { prompt, answer, isBeyond } = await askBeyondContext(service, { ...PROBE, route }, leftMs)
      const name = `a prompt of ${prompt.length} characters`
      if (answer.outcome === 'completed' && !isBeyond) answered.push(name)
      else await refuses(tools, { [name]: async () => answer }, { routes: [route] })
    }
    if (answered.length === routes.length)
      notApplicable(`it does not say how long its context is, and answers ${answered.join(' and ')}`)
  },
})

promise('errors.too-many-tokens', {
  says: 'more tokens than the context holds are refused',
  alone: 'hurts',
  async check(tools) {
    onlyVllm(tools, 'max_tokens above the context')
    const context = await contextTokens(tools.service)
    if (context === undefined) tools.notApplicable('the service does not say how long its context is')
    else await refuses(tools, { [`max_tokens ${context + 1}`]: generating({ max_tokens: context + 1 }) })
  },
})
