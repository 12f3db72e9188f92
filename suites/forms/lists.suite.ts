import {
  bodyOf,
  type CheckTools,
  type Completed,
  describeFailure,
  drawAlike,
  type GenerationRequest,
  inParallel,
  promise,
  quote,
  routesOf,
  verifyAlike,
} from '#infergate'
import { openPrompt, promptTokensOf, taken } from './story.ts'

type Choice = { readonly index: unknown; readonly text: string; readonly finish_reason: unknown }

const TOKENS = 6

promise('forms.answers-each-prompt', {
  says: 'a list of prompts gets one choice for each, in their order, with the usage of all of them',
  needs: ['usage', 'models'],
  alone: 'compares',
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    if (!routesOf(service).includes('generate')) notApplicable('the service has no completions route')
    const cases = Object.entries({
      'a list of prompts': eachOnce,
      'a list of prompts, streamed': eachStreamed,
      'the texts of a list': sameTexts,
      'a prompt of token ids': tokenIds,
    })
    // Two at once: a batch turns few texts, and one pair that it does not turn is enough.
    const judged = await inParallel(cases.length, 2, async (index) => {
      const [name, judge] = cases[index] ?? ['none', async () => false]
      return await inCase(name, () => judge(tools))
    })
    if (!judged.includes(true)) notApplicable('no form of several prompts can be judged here')
  },
})

const asked = ({ service }: CheckTools, prompt: unknown, wire: object = {}): GenerationRequest => ({
  ...{ prompt: '', route: 'generate' as const, maxTokens: TOKENS, temperature: 0 },
  ...(service.profile.engine === 'vllm' && { ignoreEos: true }),
  wire: { prompt, ...wire },
})

/** Of different lengths, so that the count tells which of them were read. */
const PROMPTS = ['Say hello.', 'What is the capital of Italy?', 'Tell me a story.']
const NAME = `a list of ${PROMPTS.length} prompts`

async function eachOnce(tools: CheckTools): Promise<true> {
  const { service, verify } = tools
  const echo = service.profile.engine === 'vllm' && { echo: true }
  const answer = taken(tools, NAME, await service.generate(asked(tools, PROMPTS, { ...echo })))
  const choices = choicesOf(answer)
  verify(
    choices.length === PROMPTS.length,
    `${NAME} gets ${choices.length === 1 ? '1 choice' : `${choices.length} choices`}, not one for each`,
    answer,
  )
  const indices = choices.map(({ index }) => index)
  verify(
    PROMPTS.every((_, index) => indices.includes(index)),
    `the choices to ${NAME} have the indices ${indices.join(', ')}`,
    answer,
  )
  for (const [index, prompt] of PROMPTS.entries()) {
    const text = choices.find((choice) => choice.index === index)?.text ?? ''
    verify(
      !echo || text.startsWith(prompt),
      `with echo choice ${index} begins with ${quote(text, 40)}, prompt ${index} is ${quote(prompt)}`,
      answer,
    )
  }
  // Servers of other kinds count one prompt of them (llama.cpp); what they promise of a list is its choices.
  if (!echo) return true
  const singles = await Promise.all(PROMPTS.map(async (prompt) => service.answer(asked(tools, prompt))))
  const sum = singles.reduce((total, one) => total + promptTokensOf(tools, one), 0)
  const [prompts, completion] = [promptTokensOf(tools, answer), answer.usage?.completionTokens]
  verify(prompts === sum, `${NAME} counts ${prompts} prompt tokens, one by one they count ${sum}`, answer)
  verify(
    completion === TOKENS * PROMPTS.length,
    `${NAME}, ${TOKENS} tokens each: ${completion} completion tokens are counted, not ${TOKENS * PROMPTS.length}`,
    answer,
  )
  return true
}

async function eachStreamed(tools: CheckTools): Promise<true> {
  const { service, verify, notApplicable } = tools
  if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises a stream of several prompts')
  if (!service.profile.capabilities.includes('stream')) notApplicable('the service does not stream')
  const answer = taken(tools, `${NAME}, streamed`, await service.stream(asked(tools, PROMPTS)))
  const ended = bodyOf(answer)
    .split(/\r?\n/)
    .flatMap((line) =>
      line.startsWith('data:') && line.includes('"choices"') ? choicesIn(parsed(line.slice(5))) : [],
    )
    .filter(({ finish_reason }) => Boolean(finish_reason))
    .map(({ index }) => index)
  verify(
    ended.length === PROMPTS.length && new Set(ended).size === PROMPTS.length,
    `${NAME}, streamed: a finish reason comes for the choices ${ended.join(', ') || 'none'}, not once for each`,
    answer,
  )
  return true
}

/** Each choice is what its prompt gets by itself. */
async function sameTexts(tools: CheckTools): Promise<true> {
  const { service, notApplicable } = tools
  const first = await service.generate(asked(tools, PROMPTS))
  if (first.outcome === 'failed')
    return notApplicable(`a list of prompts is not answered: ${describeFailure(first)}`)
  const drawn = await drawAlike(async (index) => {
    const prompts = [0, 1, 2].map((place) => openPrompt(3 * index + place))
    const [list, ...singles] = await Promise.all([
      service.answer(asked(tools, prompts)),
      ...prompts.map((prompt) => service.answer(asked(tools, prompt))),
    ])
    const texts = singles.map(({ text }) => text)
    const inOrder = prompts.map(
      (_, place) => choicesOf(list).find((choice) => choice.index === place)?.text ?? '',
    )
    return [
      { ...list, text: inOrder.join('\n') },
      { ...list, text: texts.join('\n') },
    ]
  })
  const isTurned = drawn.pairs.some(
    ([one, other]) => one.text !== other.text && sorted(one.text) === sorted(other.text),
  )
  verifyAlike(
    tools,
    drawn,
    `${drawn.differing} of ${drawn.pairs.length} lists of prompts do not get what their prompts get one by one`,
    isTurned ? 'the texts are there in another order' : 'more than batching can explain',
  )
  return true
}

const sorted = (text: string): string => text.split('\n').sort().join('\n')

async function tokenIds(tools: CheckTools): Promise<true> {
  const { service, verify, notApplicable } = tools
  if (service.profile.engine !== 'vllm') notApplicable('only vLLM says the token ids of a text')
  const [, prompt = ''] = PROMPTS
  const { model } = service.profile
  const reply = await service.send({ path: '/tokenize', body: JSON.stringify({ model, prompt }) })
  const ids: unknown = reply.outcome === 'completed' ? Object(reply.json).tokens : undefined
  if (!Array.isArray(ids))
    return notApplicable(`POST /tokenize gives no token ids: HTTP ${reply.received?.status}`)
  const pairs = await drawAlike(async () => {
    const [text, tokens] = [
      await service.answer(asked(tools, prompt)),
      await service.generate(asked(tools, ids)),
    ]
    const answer = taken(tools, 'a prompt of token ids', tokens)
    const [was, is] = [promptTokensOf(tools, text), promptTokensOf(tools, answer)]
    verify(
      is === was,
      `a prompt of ${ids.length} token ids counts ${is} prompt tokens, its text ${was}`,
      text,
      answer,
    )
    return [text, answer]
  })
  verifyAlike(
    tools,
    pairs,
    `${pairs.differing} of ${pairs.pairs.length} greedy answers to a text and to its token ids differ`,
  )
  return true
}

const choicesOf = (answer: Completed): readonly Choice[] => choicesIn(answer.json)

function choicesIn(body: unknown): readonly Choice[] {
  const choices: unknown = Object(body).choices
  return Array.isArray(choices) ? choices.map(Object) : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
