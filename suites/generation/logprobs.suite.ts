import {
  askingLogprobs,
  type CheckTools,
  type Choice,
  type Completed,
  choicesOf,
  flawOfLogprobs,
  type GeneratingRoute,
  type GenerationRequest,
  inParallel,
  onRoute,
  promise,
  quote,
  routesOf,
} from '#infergate'
import { answerOr, needsOpenaiFields, waysOf } from './offered.ts'
import { STORY } from './story.ts'

const TOP = 3
const REQUEST: GenerationRequest = { ...STORY, maxTokens: 16, thinking: 'counted' }

promise('generation.gives-logprobs', {
  says: 'each token has a log probability, finite and at most 0, with as many alternatives as asked, streamed or not',
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    needsOpenaiFields(tools)
    const cases = await inParallel(kindsOf(tools).length, AT_ONCE, async (index) => {
      const kind = kindsOf(tools)[index] as Kind
      const name = onRoute(service, `logprobs${kind.how}`, kind.route)
      return { name, kind, said: await inCase(name, () => asked(tools, kind)) }
    })
    // What is nowhere is not offered; what is there on one route is promised on the other.
    const isOffered = cases.some(({ said }) => said !== undefined && typeof said !== 'string')
    const absent = cases.find(({ said }) => typeof said === 'string')
    if (!isOffered && absent) notApplicable(String(absent.said))
    for (const { name, kind, said } of cases)
      if (said !== undefined) await inCase(name, () => verifyLogprobs(tools, kind, said))
  },
})

/** A check may ask four times at once where others run beside it, and two choices are two requests to the service. */
const AT_ONCE = 2

type Kind = {
  readonly route: GeneratingRoute
  readonly how: '' | ' streamed' | ' by token ids' | ' of two choices'
}

/** By their ids no two tokens of a list are one, as they may be by their texts on the completions route. */
const kindsOf = (tools: CheckTools): readonly Kind[] => {
  const { service } = tools
  return routesOf(service).flatMap((route) =>
    [
      ...waysOf(tools).map((stream) => (stream ? ' streamed' : '')),
      ...(service.profile.engine === 'vllm' ? ([' of two choices'] as const) : []),
      ...(service.profile.engine === 'vllm' && route === 'generate' ? ([' by token ids'] as const) : []),
    ].map((how) => ({ route, how })),
  )
}

/** The answer, or why log probabilities are not offered. */
async function asked({ service }: CheckTools, { route, how }: Kind): Promise<Completed | string> {
  const isVllm = service.profile.engine === 'vllm'
  const wire = {
    ...askingLogprobs(route, TOP),
    ...(how === ' by token ids' && { return_tokens_as_token_ids: true }),
  }
  const request: GenerationRequest =
    how === ' of two choices'
      ? // Past the end token, so that each has as many tokens as the other.
        { ...REQUEST, route, temperature: 1, ignoreEos: true, wire: { ...wire, n: 2 } }
      : { ...REQUEST, route, wire }
  const stream = how === ' streamed'
  const generation = stream ? await service.stream(request) : await service.generate(request)
  const what = onRoute(service, `logprobs with ${TOP} alternatives`, route)
  const answer = answerOr(generation, what)
  if (typeof answer === 'string' || isVllm || choicesOf(answer)[0]?.tokens) return answer
  return `${what}${stream ? ', streamed,' : ''} are ignored: HTTP 200, and the choice has none`
}

function verifyLogprobs(
  { service, verify }: CheckTools,
  { route, how }: Kind,
  said: Completed | string,
): void {
  if (typeof said === 'string') {
    verify(false, `${said}; elsewhere they are there`)
    return
  }
  const { engine, reasoning } = service.profile
  const isTwo = how === ' of two choices'
  // The usage counts a thought; a stream need not list the marks around it.
  const tokens = reasoning ? undefined : isTwo ? REQUEST.maxTokens : said.usage?.completionTokens
  const choices = choicesOf(said)
  verify(choices.length > 0, 'the answer has no choice', said)
  for (const choice of choices) {
    const flaw = flawOfLogprobs(choice, {
      top: TOP,
      isExact: engine === 'vllm' && (route === 'chat' || how === ' by token ids'),
      ...(tokens !== undefined && { tokens }),
    })
    verify(flaw === undefined, isTwo ? `choice ${choice.index}: ${flaw}` : (flaw ?? ''), said)
  }
}

promise('generation.echoes-logprobs', {
  says: "with echo or prompt_logprobs the prompt's tokens have log probabilities, but for the first",
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises log probabilities of a prompt')
    const routes = routesOf(service)
    await Promise.all([
      ...(routes.includes('generate') ? [inCase('echo with logprobs', () => echoes(tools))] : []),
      ...routes.map((route) =>
        inCase(onRoute(service, 'prompt_logprobs', route), () => tellsPrompt(tools, route)),
      ),
    ])
  },
})

const answered = async ({ service, notApplicable }: CheckTools, request: GenerationRequest, what: string) => {
  const answer = answerOr(await service.generate(request), what)
  return typeof answer === 'string' ? notApplicable(answer) : answer
}

async function echoes(tools: CheckTools): Promise<void> {
  const { verify } = tools
  const wire = { echo: true, logprobs: 1 }
  const answer = await answered(
    tools,
    { ...REQUEST, maxTokens: 3, route: 'generate', wire },
    'echo with logprobs',
  )
  const { promptTokens = 0, completionTokens = 0 } = answer.usage ?? {}
  const [choice] = choicesOf(answer)
  const flaw =
    choice &&
    flawOfLogprobs(choice, {
      top: 1,
      tokens: promptTokens + completionTokens,
      isExact: true,
      firstIsNull: true,
    })
  verify(choice !== undefined, 'the answer has no choice', answer)
  verify(flaw === undefined, `with the prompt's ${promptTokens} tokens: ${flaw}`, answer)
}

async function tellsPrompt(tools: CheckTools, route: GeneratingRoute): Promise<void> {
  const wire = { prompt_logprobs: 1 }
  const answer = await answered(tools, { ...REQUEST, maxTokens: 3, route, wire }, 'prompt_logprobs')
  const listed: unknown =
    route === 'chat' ? Object(answer.json).prompt_logprobs : (choicesOf(answer)[0] as Choice).promptLogprobs
  const { verify } = tools
  verify(Array.isArray(listed), `prompt_logprobs: 1 gives ${JSON.stringify(listed ?? null)}, no list`, answer)
  const places: readonly unknown[] = Array.isArray(listed) ? listed : []
  const tokens = answer.usage?.promptTokens
  verify(
    places.length === tokens,
    `prompt_logprobs of ${places.length} tokens, the prompt has ${tokens}`,
    answer,
  )
  verify(
    places[0] === null,
    'nothing is before the first token of a prompt, yet it has a log probability',
    answer,
  )
  for (const [index, place] of places.slice(1).entries()) {
    const values = Object.values(Object(place)).map((one) => Object(one).logprob)
    const isGood = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value <= 1e-3
    verify(
      values.length > 0 && values.every(isGood),
      `token ${index + 2} of the prompt has no good log probability: ${quote(JSON.stringify(place), 120)}`,
      answer,
    )
  }
}
