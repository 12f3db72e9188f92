import {
  bodyOf,
  type CheckTools,
  contextTokens,
  describeFailure,
  inCases,
  isRefusal,
  promise,
  quote,
  quoteValue,
  type Reply,
  rawBody,
  routesOf,
} from '#infergate'

/** More than ASCII, in letters that every tokenizer keeps as they are. */
const TEXT = 'Count é, ü and 안녕: how many tokens have they?'

promise('tokenize.agrees-with-usage', {
  says: 'where there is /tokenize, its count is the number of its tokens, and what a generation counts for the same prompt or messages',
  needs: ['usage'],
  async check(tools) {
    const { service, verify } = tools
    const routes = routesOf(service)
    await inCases(tools, {
      ...(routes.includes('generate') && {
        'a prompt': async () => {
          const { count, reply } = await tokenize(tools, { prompt: TEXT })
          const answer = await service.answer({ prompt: TEXT, route: 'generate', maxTokens: 1 })
          const used = answer.usage?.promptTokens
          verify(
            count === used,
            `/tokenize counts ${count} tokens, and its completion ${used}`,
            reply,
            answer,
          )
        },
      }),
      ...(routes.includes('chat') && {
        messages: async () => {
          const messages = [{ role: 'user', content: TEXT }]
          const { count, reply } = await tokenize(tools, { messages, add_generation_prompt: true })
          // As the service does it by itself: what turns a thought off may stand in the template.
          const answer = await service.answer({
            prompt: TEXT,
            route: 'chat',
            maxTokens: 1,
            thinking: 'counted',
          })
          const used = answer.usage?.promptTokens
          verify(
            count === used,
            `/tokenize counts ${count} tokens, and the chat answer ${used}`,
            reply,
            answer,
          )
        },
      }),
    })
  },
})

promise('tokenize.gives-the-text-back', {
  says: 'where there are /tokenize and /detokenize, the tokens of a text become that text again',
  async check(tools) {
    const { service, verify, notApplicable } = tools
    const { tokens } = await tokenize(tools, { prompt: TEXT, add_special_tokens: false })
    const reply = await service.send({ path: '/detokenize', body: rawBody(service, { tokens }) })
    if (isRefusal(reply)) notApplicable(`/detokenize: ${describeFailure(reply)}`)
    verify(reply.outcome === 'completed', `/detokenize: ${describeFailure(reply)}`, reply)
    const text = Object((reply as Completed).json).prompt
    verify(
      typeof text === 'string' && text.includes(TEXT),
      `/detokenize makes ${quoteValue(text)} of the tokens that /tokenize made of ${quote(TEXT)}`,
      reply,
    )
  },
})

promise('tokenize.knows-the-context', {
  says: 'where there is /tokenize, its max_model_len is the one in the list of models',
  needs: ['models'],
  async check(tools) {
    const { service, verify, notApplicable } = tools
    const { longest, reply } = await tokenize(tools, { prompt: TEXT })
    const listed = await contextTokens(service)
    if (listed === undefined) notApplicable('the list of models does not say how long the context is')
    verify(
      longest === listed,
      `/tokenize says that max_model_len is ${quoteValue(longest)}, and the list of models ${listed}`,
      reply,
    )
  },
})

type Completed = Extract<Reply, { outcome: 'completed' }>

/** vLLM's own route: OpenAI has none, so another engine's `/tokenize` may be anything. */
async function tokenize(tools: CheckTools, fields: Readonly<Record<string, unknown>>) {
  const { service, verify, notApplicable } = tools
  if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises /tokenize')
  const reply = await service.send({ path: '/tokenize', body: rawBody(service, fields) })
  const status = reply.received?.status
  if (status === 404 || status === 405 || status === 501) notApplicable(`POST /tokenize is HTTP ${status}`)
  // A proxy may let no path through but those of generations.
  if (status === 401 || status === 403 || status === 302)
    notApplicable(`closed to us: POST /tokenize is HTTP ${status}`)
  verify(reply.outcome === 'completed', `/tokenize: ${describeFailure(reply)}`, reply)
  if (bodyOf(reply).trimStart().startsWith('<')) notApplicable('POST /tokenize is answered with a page')
  const { count, tokens, max_model_len } = Object((reply as Completed).json)
  verify(
    Array.isArray(tokens) && tokens.length === count && tokens.length > 0,
    `/tokenize counts ${quoteValue(count)} tokens, and lists ${Array.isArray(tokens) ? tokens.length : 'none'}`,
    reply,
  )
  return { count: count as number, tokens, longest: max_model_len as unknown, reply }
}
