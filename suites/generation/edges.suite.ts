import {
  type CheckTools,
  contextTokens,
  describeFailure,
  type GeneratingRoute,
  type GenerationRequest,
  isRefusal,
  onRoute,
  PROBE,
  promise,
  routesOf,
  type Service,
} from '#infergate'

/** A context that is longer is not filled: reading as many tokens takes a small service long. */
const LONGEST_CONTEXT = 16_384
/** What a filled context leaves for the answer, at least. */
const LEAST_ANSWER = 8
/** The share of it that the prompt takes; the answer takes the rest. */
const FULL = 0.98
/** A sentence of few tokens: a context of a hundred holds several. */
const SENTENCE = 'The fox ran. '

promise('generation.fills-its-context', {
  says: 'a prompt and an answer that fill the context to its last token are served',
  needs: ['usage', 'models'],
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    if (service.profile.engine !== 'vllm')
      notApplicable('only vLLM promises to use its context to the last token')
    const context = await contextTokens(service)
    if (context === undefined) notApplicable('the service does not say how long its context is')
    if ((context ?? 0) > LONGEST_CONTEXT)
      notApplicable(`its context of ${context} tokens is too long to be filled by a check`)
    await Promise.all(
      routesOf(service).map((route) =>
        inCase(onRoute(service, 'a full context', route), () => fillsOn(tools, route, context ?? 0)),
      ),
    )
  },
})

async function fillsOn(
  { service, verify, notApplicable }: CheckTools,
  route: GeneratingRoute,
  context: number,
): Promise<void> {
  const count = async (repeats: number): Promise<number> => {
    const answer = await service.answer(asking(route, repeats, 1))
    return answer.usage?.promptTokens ?? notApplicable('the service counts no prompt tokens')
  }
  const [one, three] = [await count(1), await count(3)]
  /** Repeats that come to so many tokens, as far as a prompt of `known` of them tells. */
  const repeatsFor = (tokens: number, known: number, counted: number) =>
    1 + Math.floor((tokens - one) / Math.max(1, (counted - one) / (known - 1)))
  const half = repeatsFor(context / 2, 3, three)
  if (half < 3) notApplicable(`its context of ${context} tokens holds too little beside a prompt`)
  // How a tokenizer cuts a sentence depends on its neighbours, so half of the way tells what the whole comes to.
  const repeats = repeatsFor(FULL * context - LEAST_ANSWER, half, await count(half))
  const prompt = await count(repeats)
  const room = context - prompt
  const full = `${prompt} prompt tokens and max_tokens ${room}, together the context of ${context}`
  const answer = await service.generate(asking(route, repeats, room))
  verify(answer.outcome === 'completed', `${full}, are not served: ${describeFailure(answer)}`, answer)
  if (answer.outcome === 'failed') return
  const tokens = answer.usage?.completionTokens
  verify(tokens === room, `${full}, give ${tokens} tokens`, answer)
  const more = await service.generate(asking(route, repeats, room + 1))
  const beyond = `max_tokens of one more than fits (${prompt} + ${room + 1} of ${context})`
  // Newer releases cut such an answer to what fits, older ones refuse it.
  if (more.outcome === 'failed')
    return verify(
      isRefusal(more),
      `${beyond} is neither cut nor refused as a bad request: ${describeFailure(more)}`,
      more,
    )
  const cut = more.usage?.completionTokens
  verify(cut === room, `${beyond} gives ${cut} tokens where ${room} fit`, more)
}

const asking = (route: GeneratingRoute, repeats: number, maxTokens: number): GenerationRequest => ({
  ...{ prompt: SENTENCE.repeat(repeats), route, maxTokens, temperature: 0 },
  ...{ ignoreEos: true, thinking: 'counted' },
})

/** A tenth of what the most careful of usual proxies lets through (nginx: 1 MB). */
const LARGE_CHARACTERS = 100_000

promise('generation.takes-large-requests', {
  says: 'a legal request of 100,000 characters is served like a small one',
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    const untold: string[] = []
    let told = 0
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'a large request', route), async () => {
        const reason = await takesLarge(tools, route)
        if (reason === undefined) told += 1
        else untold.push(reason)
      })
    if (told === 0 && untold[0] !== undefined) notApplicable(untold[0])
  },
})

/** Why nothing can be said, where that is so. */
async function takesLarge(
  { service, verify }: CheckTools,
  route: GeneratingRoute,
): Promise<string | undefined> {
  const large = await padded(service, route, LARGE_CHARACTERS)
  const characters = large.sent.bodyCharacters ?? large.sent.body?.length ?? LARGE_CHARACTERS
  const what = `a legal request of ${characters} characters (a short prompt beside a long "user")`
  if (large.outcome === 'failed' && service.profile.engine === 'unknown') {
    const isOfSize = large.status === undefined || large.status === 413 || large.status >= 500
    if (!isOfSize) return `it does not take a long "user": ${describeFailure(large)}`
  }
  if (large.outcome === 'completed') {
    verify(true, what, large)
    return undefined
  }
  const small = await padded(service, route, 1)
  const beside =
    small.outcome === 'completed' ? 'the same with a short one is' : 'nor is one with a short one'
  verify(false, `${what} is not served: ${describeFailure(large)}; ${beside}`, large, small)
  return undefined
}

const padded = (service: Service, route: GeneratingRoute, characters: number) =>
  service.generate({ ...PROBE, route, wire: { user: 'u'.repeat(characters) } })
