import {
  askingLogprobs,
  type CheckTools,
  type Completed,
  choicesOf,
  type GeneratingRoute,
  type GenerationRequest,
  inParallel,
  type ListedToken,
  onRoute,
  promise,
  quote,
  routesOf,
  tokensWithin,
} from '#infergate'
import { answerOr, needsOpenaiFields } from './offered.ts'
import { STORY } from './story.ts'

const TOKENS = 8
/** On chat the first of a list may be the token itself, whatever is likelier. */
const TOP = 2
/** What a check may ask at once where others run beside it. */
const AT_ONCE = 4

/** An answer, and its tokens as far as they are known. */
type Listed = { readonly answer: Completed; readonly tokens: readonly ListedToken[] }

/** Asks for an answer with its tokens; a refusal is the reason why a field does not concern this service. */
async function list(
  { service, notApplicable }: CheckTools,
  route: GeneratingRoute,
  what: string,
  wire: Readonly<Record<string, unknown>>,
  maxTokens = TOKENS,
): Promise<Listed> {
  const isVllm = service.profile.engine === 'vllm'
  const request: GenerationRequest = {
    ...{ ...STORY, route, maxTokens, thinking: 'counted' },
    ...(isVllm && { ignoreEos: true }),
    wire: { ...askingLogprobs(route, TOP), ...(isVllm && { return_tokens_as_token_ids: true }), ...wire },
  }
  const answer = answerOr(await service.generate(request), what)
  // vLLM refuses log probabilities where it is told to, and biases and min_p where it decodes speculatively.
  return typeof answer === 'string'
    ? notApplicable(answer)
    : { answer, tokens: choicesOf(answer)[0]?.tokens ?? [] }
}

const idsOf = ({ tokens }: Listed): readonly number[] => tokens.flatMap(({ id }) => id ?? [])

/** Two different tokens of the model, by their ids; ends the case where nothing says them. */
async function twoTokens(tools: CheckTools, route: GeneratingRoute): Promise<readonly [number, number]> {
  const listed = await list(tools, route, 'logprobs', {})
  const [first] = idsOf(listed)
  // The last one may be the end.
  const other = idsOf(listed)
    .slice(0, -1)
    .find((id) => id !== first)
  if (first !== undefined && other !== undefined) return [first, other]
  return tools.notApplicable(
    'no client can know the ids of its tokens: the log probabilities of an answer name none, or one alone',
  )
}

promise('generation.obeys-logit-bias', {
  says: 'a logit_bias of -100 keeps a token out of the answer, one of 100 makes all of it',
  async check(tools) {
    const { service, inCase } = tools
    needsOpenaiFields(tools)
    await Promise.all(
      routesOf(service).map((route) =>
        inCase(onRoute(service, 'logit_bias', route), () => biasOn(tools, route)),
      ),
    )
  },
})

async function biasOn(tools: CheckTools, route: GeneratingRoute): Promise<void> {
  const { verify } = tools
  const [first, other] = await twoTokens(tools, route)
  const ask = (bias: Readonly<Record<string, number>>) =>
    list(tools, route, `logit_bias ${JSON.stringify(bias)}`, { logit_bias: bias })
  const without = await ask({ [first]: -100 })
  const forced = await ask({ [other]: 100 })
  const isOut = idsOf(without).length > 0 && !idsOf(without).includes(first)
  const isAll = idsOf(forced).length > 0 && idsOf(forced).every((id) => id === other)
  // What the other end of the range does tells a field that is ignored from one that is half obeyed, or of another token.
  const saying = (bias: string, answer: Listed, isObeyed: boolean) =>
    `logit_bias ${bias} is ${isObeyed ? 'obeyed' : 'not obeyed'}: the answer has the tokens ${idsOf(answer).join(', ')}`
  verify(
    isOut && isAll,
    `${saying(`-100 for token ${first}`, without, isOut)}; ${saying(`100 for token ${other}`, forced, isAll)}`,
    without.answer,
    forced.answer,
  )
}

promise('generation.stops-at-token-ids', {
  says: 'stop_token_ids end an answer, and include_stop_str_in_output shows what stopped it',
  needs: ['usage'],
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises stop_token_ids')
    await Promise.all(
      routesOf(service).map((route) =>
        inCase(onRoute(service, 'stop_token_ids', route), () => stopOn(tools, route)),
      ),
    )
  },
})

/** The model may say one token alone, so what stops at it has to stop at once. */
async function stopOn(tools: CheckTools, route: GeneratingRoute): Promise<void> {
  const { service, verify } = tools
  const [, only] = await twoTokens(tools, route)
  const ask = (wire: object) =>
    service.answer({
      ...{ ...STORY, route, maxTokens: TOKENS, thinking: 'counted', ignoreEos: true },
      wire: { allowed_token_ids: [only], ...wire },
    })
  const free = await ask({})
  const stopped = await ask({ stop_token_ids: [only] })
  verifyStopped(tools, stopped, `stop_token_ids [${only}], the only token allowed`)
  const word = free.text.slice(0, free.text.length / TOKENS)
  if (word.trim().length < 2 || free.text !== word.repeat(TOKENS)) return
  const [hidden, shown] = [
    await ask({ stop: [word] }),
    await ask({ stop: [word], include_stop_str_in_output: true }),
  ]
  for (const answer of [hidden, shown]) verifyStopped(tools, answer, `the stop string ${quote(word)}`)
  verify(hidden.text === '', `stopped at ${quote(word)}, the text is ${quote(hidden.text)}`, hidden)
  verify(
    shown.text === word,
    `stopped at ${quote(word)} with include_stop_str_in_output, the text is ${quote(shown.text)}`,
    shown,
  )
}

function verifyStopped({ verify }: CheckTools, answer: Completed, what: string): void {
  const tokens = answer.usage?.completionTokens
  verify(tokens === 1, `${what}: ${tokens} tokens, the first had to be the last`, answer)
  verify(
    answer.finishReason === 'stop',
    `${what}: the finish reason is ${quote(answer.finishReason)}, not "stop"`,
    answer,
  )
}

/** Where a model that draws from all its tokens hardly draws the likeliest each time. */
const [HOTTEST, LONG] = [2, 48] as const

/** Each leaves one token to draw from: the likeliest, at any temperature. */
const NARROW: Readonly<Record<string, number>> = { top_p: 1e-6, top_k: 1, min_p: 1 }

promise('generation.narrows-the-draw', {
  says: 'top_k 1, min_p 1 and the smallest top_p leave the likeliest token alone, at any temperature',
  needs: ['sampling'],
  async check(tools) {
    const { service, inCase } = tools
    needsOpenaiFields(tools)
    const fields = Object.entries(NARROW).filter(
      ([name]) => name === 'top_p' || service.profile.engine === 'vllm',
    )
    const cases = routesOf(service).flatMap((route) =>
      fields.map(([name, value]) => ({ route, name, value })),
    )
    await inParallel(cases.length, AT_ONCE, async (index) => {
      const { route, name, value } = cases[index] as (typeof cases)[number]
      await inCase(onRoute(service, `${name} ${value}`, route), () => narrowOn(tools, route, name, value))
    })
  },
})

async function narrowOn(
  tools: CheckTools,
  route: GeneratingRoute,
  name: string,
  value: number,
): Promise<void> {
  const { service, verify, notApplicable } = tools
  // vLLM's model may come with a repetition penalty, after which another token is the likeliest.
  const plain = service.profile.engine === 'vllm' ? { repetition_penalty: 1 } : {}
  const fields = { ...plain, temperature: HOTTEST, [name]: value }
  const { answer, tokens } = await list(
    tools,
    route,
    `${name} ${value}`,
    fields,
    await tokensWithin(service, LONG),
  )
  if (tokens.length === 0) notApplicable('no log probabilities say which token is the likeliest')
  const unlikely = tokens.filter(({ logprob, top = [] }) =>
    top.some((other) => Number(other.logprob) > Number(logprob) + 1e-3),
  )
  const [odd] = unlikely
  verify(
    odd === undefined,
    `${name} ${value} at temperature ${HOTTEST}: ${unlikely.length} of ${tokens.length} tokens are not the likeliest of their place, such as ` +
      `${quote(odd?.token ?? '')} with ${odd?.logprob} where ${quote(odd?.top?.at(-1)?.token ?? '')} has ${odd?.top?.at(-1)?.logprob}`,
    answer,
  )
}
