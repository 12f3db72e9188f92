import {
  bodyOf,
  type CheckTools,
  type Constraint,
  contextTokens,
  describeFailure,
  type Generation,
  type GenerationRequest,
  isRefusal,
  type JsonSchema,
  PROBE,
  probe,
  promise,
  quote,
  type Reply,
  type Service,
  tooLongPrompt,
} from '#infergate'

/** A hostile request may cost the service some work; more than this and it has hurt everybody else. */
const HOSTILE_MS = 10_000
/** Words of a body of 4 MB. */
const LARGE_WORDS = 800_000

promise('errors.broken-json', {
  says: 'a body that is no JSON is refused',
  check: (tools) => refuses(tools, { 'broken JSON': sendBody('{"prompt": "Say hello.", ') }),
})

promise('errors.bad-utf8', {
  says: 'a body that is no UTF-8 is refused',
  check: (tools) =>
    refuses(tools, { 'invalid UTF-8': sendBody(Buffer.from('{"prompt": "a\xff\xfeb"}', 'latin1')) }),
})

promise('errors.wrong-content-type', {
  says: 'a body that is not called JSON is refused',
  async check(tools) {
    onlyKnown(tools, 'a body without its content type')
    const body = '{"prompt": "Say hello.", "max_tokens": 8}'
    await refuses(tools, {
      'text/plain': ({ send }) => send({ operation: 'generate', body, contentType: 'text/plain' }),
    })
  },
})

promise('errors.missing-prompt', {
  says: 'a request without a prompt is refused',
  needs: ['request-validation'],
  check: (tools) => refuses(tools, { 'no prompt': generating({ prompt: undefined, messages: undefined }) }),
})

promise('errors.wrong-types', {
  says: 'a field of the wrong type is refused',
  needs: ['request-validation'],
  check: (tools) =>
    refuses(tools, {
      'an object as prompt': generating({ prompt: { text: 'Say hello.' } }),
      'a word as max_tokens': generating({ max_tokens: 'ten' }),
      'a word as temperature': generating({ temperature: 'hot' }),
    }),
})

promise('errors.empty-prompt', {
  says: 'an empty prompt is refused',
  async check(tools) {
    onlyVllm(tools, 'an empty prompt')
    await refuses(tools, { 'an empty prompt': generating({ prompt: '' }) })
  },
})

promise('errors.bad-parameters', {
  says: 'a parameter outside its range is refused, not answered',
  needs: ['request-validation'],
  async check(tools) {
    const { engine } = tools.service.profile
    const bad: Record<string, Record<string, unknown>> = { 'temperature -1': { temperature: -1 } }
    // To other engines -1 may mean "no limit".
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
    )
  },
})

promise('errors.unknown-model', {
  says: 'a model that is not served is refused as not found',
  needs: ['error-status', 'models'],
  async check(tools) {
    onlyVllm(tools, 'an unknown model')
    const ask: Hostile = ({ generate }) => generate({ ...PROBE, model: 'infergate/no-such-model' })
    const [answer] = await refuses(tools, { 'an unknown model': ask })
    tools.verify(statusOf(answer) === 404, `an unknown model is HTTP ${statusOf(answer)}, not 404`)
  },
})

promise('errors.unknown-path', {
  says: 'an unknown path is 404',
  needs: ['error-status'],
  async check({ service, verify }) {
    const reply = await service.send({ path: '/v1/infergate-no-such-path' })
    verify(statusOf(reply) === 404, `an unknown path is ${describe(reply)}, not HTTP 404`)
  },
})

promise('errors.wrong-method', {
  says: 'a generation cannot be asked for with GET',
  needs: ['error-status'],
  check: (tools) => refuses(tools, { GET: ({ send }) => send({ operation: 'generate', method: 'GET' }) }),
})

promise('errors.too-long-prompt', {
  says: 'a prompt longer than the context is refused as the request is at fault, not the server',
  needs: ['request-validation'],
  async check(tools) {
    const prompt = await tooLongPrompt(tools.service)
    await refuses(tools, { [`a prompt of ${prompt.length} characters`]: generating({}, prompt) })
  },
})

promise('errors.too-many-tokens', {
  says: 'more tokens than the context holds are refused',
  async check(tools) {
    onlyVllm(tools, 'max_tokens above the context')
    const context = await contextTokens(tools.service)
    if (context === undefined) tools.notApplicable('the service does not say how long its context is')
    else await refuses(tools, { [`max_tokens ${context + 1}`]: generating({ max_tokens: context + 1 }) })
  },
})

promise('errors.bad-schema', {
  says: 'a JSON Schema that cannot be one is refused, never dropped',
  needs: ['json-schema'],
  check: (tools) => refuses(tools, Object.fromEntries(BAD_SCHEMAS.map(withConstraint))),
})

promise('errors.bad-pattern', {
  says: 'a regular expression that cannot be one is refused, never dropped',
  needs: ['regex'],
  check: (tools) => refuses(tools, Object.fromEntries(BAD_PATTERNS.map(withConstraint))),
})

promise('errors.malformed-constraint', {
  says: 'a constraint in the wrong shape is refused with a message',
  needs: ['json-schema', 'error-status'],
  async check(tools) {
    onlyVllm(tools, 'a constraint in the wrong shape')
    await refuses(tools, {
      'response_format without its schema': generating({ response_format: { type: 'json_schema' } }),
      'response_format nested wrongly': generating({
        response_format: { type: 'json_schema', schema: { type: 'object' } },
      }),
      'two kinds of constraint': generating({ structured_outputs: { regex: 'a', choice: ['b'] } }),
    })
  },
})

promise('errors.refuses-streamed', {
  says: 'a streamed request that cannot be served is refused, or its stream carries an error and ends',
  needs: ['stream'],
  async check(tools) {
    const hostile: Record<string, Hostile> = {
      'temperature -1, streamed': ({ stream }) => stream({ ...PROBE, wire: { temperature: -1 } }),
    }
    if (tools.service.profile.capabilities.includes('regex'))
      hostile['a bad pattern, streamed'] = ({ stream }) =>
        stream({ ...PROBE, constraint: { kind: 'regex', pattern: '(unclosed' } })
    await refuses(tools, hostile)
  },
})

promise('errors.slow-pattern', {
  says: 'a pattern that is slow to match costs at most seconds, and the service lives on',
  needs: ['regex'],
  check: (tools) => survives(tools, withConstraint(['(a+)+b', { kind: 'regex', pattern: '(a+)+b' }])),
})

promise('errors.deep-schema', {
  says: 'a schema of many nested choices costs at most seconds, and the service lives on',
  needs: ['json-schema'],
  check: (tools) =>
    survives(tools, withConstraint(['nested oneOf', { kind: 'json-schema', schema: nestedChoices(6) }])),
})

promise('errors.slow-template', {
  says: 'a chat template in the request is refused, or costs at most seconds',
  needs: ['chat'],
  check(tools) {
    onlyVllm(tools, 'a template in the request')
    const wire = {
      chat_template: '{% for i in range(9999999) %}{% for j in range(9999999) %}{% endfor %}{% endfor %}',
    }
    return survives(tools, [
      'a template that never ends',
      ({ generate }) => generate({ ...PROBE, route: 'chat', wire }),
    ])
  },
})

promise('errors.dev-routes-closed', {
  says: 'the routes of development mode are not there',
  needs: ['error-status'],
  async check(tools) {
    onlyVllm(tools, 'the routes of its development mode')
    const { service, verify, sampled } = tools
    for (const path of DEV_ROUTES) {
      const reply = await service.send({ path })
      const open = reply.outcome === 'completed' || statusOf(reply) === 405
      verify(
        !open,
        `GET ${path} is HTTP ${statusOf(reply)}: anybody who reaches the service can use it`,
        reply,
      )
    }
    sampled(DEV_ROUTES.length)
  },
})

promise('errors.large-body', {
  says: 'a body of 4 MB is refused while health keeps answering',
  needs: ['request-validation', 'health'],
  async check(tools) {
    const { service, verify, notApplicable } = tools
    const context = await contextTokens(service)
    if (context === undefined && service.profile.engine === 'unknown')
      notApplicable('the service does not say how long its context is')
    if ((context ?? 0) > LARGE_WORDS / 2) notApplicable('its context may hold 4 MB of prompt')
    let waiting = true
    const refusal = refuses(tools, { '4 MB of prompt': generating({}, 'word '.repeat(LARGE_WORDS)) }).finally(
      () => {
        waiting = false
      },
    )
    // Its outcome is awaited below; until then a failure must not count as unhandled.
    refusal.catch(() => {})
    while (waiting) {
      const { tookMs, reply } = await service.health()
      verify(tookMs <= 2_000, `health took ${Math.round(tookMs)} ms while a large body was read`, reply)
    }
    await refusal
  },
})

promise('errors.says-why', {
  says: 'a refusal carries a message that says why',
  async check({ service, verify, sampled, inconclusive }) {
    let refusals = 0
    for (const { name, answer } of await sendAll(service)) {
      if (!isRefusal(answer) || answer.outcome === 'completed') continue
      refusals += 1
      verify(
        (answer.error?.message ?? '').trim() !== '',
        `${name}: the refusal says nothing: ${quote(bodyOf(answer))}`,
        answer,
      )
    }
    sampled(refusals)
    if (refusals === 0) inconclusive('nothing was refused')
  },
})

promise('errors.no-traceback', {
  says: 'no error shows the inside of the service: no traceback, no source file',
  async check({ service, verify, sampled }) {
    const answers = await sendAll(service)
    sampled(answers.length)
    for (const { name, answer } of answers) {
      const leak = TRACEBACK.exec(
        `${bodyOf(answer)}\n${answer.outcome === 'failed' ? answer.message : ''}`,
      )?.[0]
      verify(leak === undefined, `${name}: the answer holds ${quote(leak ?? '')}`, answer)
    }
  },
})

promise('errors.lives-on', {
  says: 'after each hostile request the next good one is answered',
  async check({ service, sampled }) {
    const all = await hostileRequests(service)
    for (const send of Object.values(all)) {
      await send(service)
      await probe(service)
    }
    sampled(Object.keys(all).length)
  },
})

type Hostile = (service: Service) => Promise<Generation | Reply>

const generating =
  (wire: Record<string, unknown>, prompt = PROBE.prompt): Hostile =>
  ({ generate }) =>
    generate({ ...PROBE, prompt, wire })

const sendBody =
  (body: string | Uint8Array): Hostile =>
  ({ send }) =>
    send({ operation: 'generate', body })

const BAD_SCHEMAS: readonly (readonly [string, Constraint])[] = [
  ['an unknown type in a schema', { kind: 'json-schema', schema: { type: 'strnig' } }],
  ['a list as properties', { kind: 'json-schema', schema: { type: 'object', properties: ['a'] } }],
  ['a $ref to nothing', { kind: 'json-schema', schema: { $ref: '#/$defs/absent' } }],
]

const BAD_PATTERNS: readonly (readonly [string, Constraint])[] = [
  ['an unclosed group', { kind: 'regex', pattern: '(unclosed' }],
  ['a reversed range', { kind: 'regex', pattern: '[z-a]' }],
  ['a repetition of nothing', { kind: 'regex', pattern: '*a' }],
]

function withConstraint([name, constraint]: readonly [string, Constraint]): [string, Hostile] {
  const request: GenerationRequest = { ...PROBE, constraint }
  return [name, ({ generate }) => generate(request)]
}

/** One of each kind, for promises about every error. */
async function hostileRequests(service: Service): Promise<Record<string, Hostile>> {
  const has = (capability: 'json-schema' | 'regex') => service.profile.capabilities.includes(capability)
  return {
    'broken JSON': sendBody('{"prompt": '),
    'no prompt': generating({ prompt: undefined, messages: undefined }),
    'an object as prompt': generating({ prompt: { text: 'Say hello.' } }),
    'temperature -1': generating({ temperature: -1 }),
    'a prompt beyond the context': generating({}, await tooLongPrompt(service)),
    ...(has('json-schema') && Object.fromEntries(BAD_SCHEMAS.map(withConstraint))),
    ...(has('regex') && Object.fromEntries(BAD_PATTERNS.map(withConstraint))),
  }
}

async function sendAll(service: Service): Promise<{ name: string; answer: Generation | Reply }[]> {
  const answers = []
  for (const [name, send] of Object.entries(await hostileRequests(service)))
    answers.push({ name, answer: await send(service) })
  return answers
}

/** Each request is refused as its own fault; afterwards the service still answers. All that were not are named. */
async function refuses(
  { service, verify, sampled }: CheckTools,
  requests: Record<string, Hostile>,
): Promise<(Generation | Reply)[]> {
  const answers: (Generation | Reply)[] = []
  const wrong: string[] = []
  const shown: (Generation | Reply)[] = []
  for (const [name, send] of Object.entries(requests)) {
    const answer = await send(service)
    answers.push(answer)
    if (isRefusal(answer)) continue
    wrong.push(`${name}: ${describe(answer)}`)
    shown.push(answer)
  }
  sampled(answers.length)
  verify(wrong.length === 0, `not refused as a bad request: ${wrong.join('; ')}`, ...shown)
  await probe(service)
  return answers
}

/** Served or refused, either is fine; hanging or dying is not. */
async function survives({ service, verify }: CheckTools, [name, send]: [string, Hostile]): Promise<void> {
  const answer = await send({
    ...service,
    generate: (request) => service.generate(request, { timeoutMs: HOSTILE_MS }),
  })
  verify(answer.outcome === 'completed' || isRefusal(answer), `${name}: ${describe(answer)}`, answer)
  await probe(service)
}

function describe(answer: Generation | Reply): string {
  if (answer.outcome === 'failed') return describeFailure(answer)
  return `HTTP ${answer.received?.status ?? 200} with ${quote(answer.text)}, as if nothing were wrong`
}

const statusOf = (answer: Generation | Reply | undefined): number | undefined => answer?.received?.status

/** vLLM has them only with VLLM_SERVER_DEV_MODE=1; 405 says that the route exists for another method. */
const DEV_ROUTES = [
  '/is_sleeping',
  '/server_info',
  '/collective_rpc',
  '/reset_prefix_cache',
  '/sleep',
  '/wake_up',
]

const TRACEBACK = /Traceback \(most recent call last\)|File "[^"]+", line \d+|\bsite-packages\b|\/\S+\.py\b/

function onlyVllm({ service, notApplicable }: CheckTools, what: string): void {
  if (service.profile.engine !== 'vllm') notApplicable(`only vLLM promises to refuse ${what}`)
}

function onlyKnown({ service, notApplicable }: CheckTools, what: string): void {
  if (service.profile.engine === 'unknown') notApplicable(`only vLLM and ananke promise to refuse ${what}`)
}

/** Choices inside choices: each level doubles what a careless compiler looks at. */
function nestedChoices(depth: number): JsonSchema {
  if (depth === 0) return { type: 'integer', minimum: 0, maximum: 9 }
  const inner = nestedChoices(depth - 1)
  const branch = (key: string) => ({
    type: 'object',
    properties: { [key]: inner },
    required: [key],
    additionalProperties: false,
  })
  return { oneOf: [branch('a'), branch('b')] }
}
