import { contextTokens, PROBE, promise, tooLongPrompt } from '#infergate'
import {
  describe,
  generating,
  type Hostile,
  onlyKnown,
  onlyVllm,
  refuses,
  sendBody,
  statusOf,
} from './hostile.ts'

promise('errors.broken-json', {
  says: 'a body that is no JSON is refused',
  alone: 'hurts',
  check: (tools) => refuses(tools, { 'broken JSON': sendBody('{"prompt": "Say hello.", ') }),
})

promise('errors.bad-utf8', {
  says: 'a body that is no UTF-8 is refused',
  alone: 'hurts',
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
  alone: 'hurts',
  check: (tools) => refuses(tools, { 'no prompt': generating({ prompt: undefined, messages: undefined }) }),
})

promise('errors.wrong-types', {
  says: 'a field of the wrong type is refused',
  needs: ['request-validation'],
  alone: 'hurts',
  check: (tools) =>
    refuses(tools, {
      'an object as prompt': generating({ prompt: { text: 'Say hello.' } }),
      'a word as max_tokens': generating({ max_tokens: 'ten' }),
      'a word as temperature': generating({ temperature: 'hot' }),
    }),
})

promise('errors.empty-prompt', {
  says: 'an empty prompt is refused',
  alone: 'hurts',
  async check(tools) {
    onlyVllm(tools, 'an empty prompt')
    await refuses(tools, { 'an empty prompt': generating({ prompt: '' }) })
  },
})

promise('errors.bad-parameters', {
  says: 'a parameter outside its range is refused, not answered',
  needs: ['request-validation'],
  alone: 'hurts',
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
    const isRefused = `an unknown model is HTTP ${statusOf(answer)}, not 404`
    await tools.inCase('an unknown model', () => tools.verify(statusOf(answer) === 404, isRefused))
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
  alone: 'hurts',
  async check(tools) {
    const prompt = await tooLongPrompt(tools.service)
    await refuses(tools, { [`a prompt of ${prompt.length} characters`]: generating({}, prompt) })
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
