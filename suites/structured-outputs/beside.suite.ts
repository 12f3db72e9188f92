import {
  bindingRoutesOf,
  type CheckTools,
  type Completed,
  canaryRequest,
  canarySchema,
  choicesOf,
  completed,
  contextTokens,
  type GeneratingRoute,
  type GenerationRequest,
  holdToSchema,
  inParallel,
  isRefusal,
  type JsonSchema,
  onRoute,
  promise,
  type Service,
} from '#infergate'

/** What a request may hold beside its schema. None of it takes the schema away. */
type Beside = (asked: GenerationRequest, service: Service) => Partial<GenerationRequest> | undefined

const ANSWER = { role: 'assistant', content: 'Once there was a lamp.' }

const BESIDE: Readonly<Record<string, Beside>> = {
  'n: 2': () => ({ temperature: 1, wire: { n: 2 } }),
  logprobs: ({ route }) => ({
    wire: route === 'chat' ? { logprobs: true, top_logprobs: 1 } : { logprobs: 1 },
  }),
  'a stop string': () => ({ stop: ['\u0007\u0007'] }),
  'a seed': () => ({ temperature: 1, seed: 17 }),
  penalties: () => ({ wire: { presence_penalty: 0.5, frequency_penalty: 0.5 } }),
  max_completion_tokens: ({ route, maxTokens }) =>
    route === 'chat' ? { wire: { max_tokens: undefined, max_completion_tokens: maxTokens } } : undefined,
  'earlier turns': ({ route, prompt }) =>
    route === 'chat'
      ? {
          wire: { messages: [{ role: 'user', content: 'Tell.' }, ANSWER, { role: 'user', content: prompt }] },
        }
      : undefined,
  'a prompt of a thousand characters': ({ prompt }) => ({ prompt: `${prompt} `.repeat(18) }),
  'a schema of several thousand characters': () => ({}),
}

/** A check may have four sequences in flight where others run beside it, and two choices are two. */
const AT_ONCE = 3

/** What makes the schema large allows nothing more. */
const LONG_NOTE = 'This text says nothing about the value. '.repeat(100)

/** Of the context, what a long prompt may take: each of its characters could be a token, and an answer follows. */
const LONGEST_PROMPT = 1_400

promise('structured-outputs.binds-beside-other-fields', {
  says: 'a schema binds whatever stands beside it: several choices, log probabilities, a stop string, a seed, penalties, earlier turns, length',
  needs: ['json-schema'],
  deadlineMs: 60_000,
  async check(tools) {
    const { service, inCase, notApplicable, sampled } = tools
    if (service.profile.engine === 'ananke') notApplicable("ananke's contract has no such fields")
    const cases = bindingRoutesOf(service).flatMap((route) =>
      Object.entries(BESIDE).map(([name, beside]) => ({ route, name, beside })),
    )
    let held = 0
    await inParallel(cases.length, AT_ONCE, async (index) => {
      const { route, name, beside } = cases[index] as (typeof cases)[number]
      await inCase(onRoute(service, `a schema beside ${name}`, route), async () => {
        held += await bindsBeside(tools, route, name, beside)
      })
    })
    if (held > 0) sampled(held)
  },
})

/** How many answers kept the schema: one for each choice. */
async function bindsBeside(
  tools: CheckTools,
  route: GeneratingRoute,
  name: string,
  beside: Beside,
): Promise<number> {
  const { service, verify, random, notApplicable } = tools
  const key = random.marker(8)
  const canary = canarySchema(key, random.marker(8))
  const isLong = name.includes('thousand characters')
  if (isLong && ((await contextTokens(service)) ?? LONGEST_PROMPT) < LONGEST_PROMPT)
    notApplicable('its context is too small for that')
  const schema: JsonSchema = name.startsWith('a schema of')
    ? { ...Object(canary), description: LONG_NOTE }
    : canary
  const asked = { ...(await canaryRequest(service, schema)), route }
  const more = beside(asked, service)
  if (!more) return 0
  const generation = await service.generate({ ...asked, ...more })
  // Who refuses the two together has said so; vLLM takes them.
  if (isRefusal(generation) && service.profile.engine !== 'vllm') notApplicable('it refuses the two together')
  const answer = completed(generation)
  let held = 0
  for (const one of textsOf(answer)) {
    const what = `the schema beside ${name}`
    const is = await holdToSchema(what, canary, one)
    verify(is === 'held', `${what} was cut after ${asked.maxTokens} tokens`, answer)
    held += 1
  }
  return held
}

/** One answer a choice: a constraint that binds the first alone leaves the others free. */
const textsOf = (answer: Completed): readonly Completed[] => {
  const choices = choicesOf(answer)
  if (choices.length < 2) return [answer]
  return choices.map(({ text, finishReasons: [finishReason = answer.finishReason] }) => ({
    ...answer,
    text,
    finishReason,
  }))
}
