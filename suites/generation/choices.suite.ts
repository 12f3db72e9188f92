import {
  type CheckTools,
  type Choice,
  type Completed,
  choicesOf,
  drawAlike,
  type GeneratingRoute,
  type GenerationRequest,
  onRoute,
  promise,
  quote,
  routesOf,
  verifyAlike,
} from '#infergate'
import { answerOr, needsOpenaiFields, waysOf } from './offered.ts'
import { inPair, STORY } from './story.ts'

const N = 3

promise('generation.gives-n-choices', {
  says: 'n gives so many choices, each with an index, a text and a finish reason of its own, streamed or not',
  async check(tools) {
    const { service, inCase } = tools
    needsOpenaiFields(tools)
    // One after the other: to the service each is as many requests as it has choices.
    for (const route of routesOf(service))
      for (const stream of waysOf(tools))
        await inCase(onRoute(service, `n: ${N}${stream ? ' streamed' : ''}`, route), () =>
          choicesOn(tools, route, stream),
        )
  },
})

/** A few short answers of one prompt that no two draws are likely to share. */
const several = (isExact: boolean): GenerationRequest => ({
  ...STORY,
  temperature: 1.5,
  thinking: 'counted',
  // Only vLLM promises to run on past the end token, which makes the length exact and no text empty.
  ...(isExact && { ignoreEos: true }),
  wire: { n: N },
})

async function choicesOn(tools: CheckTools, route: GeneratingRoute, stream: boolean): Promise<void> {
  const { service, verify, notApplicable } = tools
  const isVllm = service.profile.engine === 'vllm'
  const draw = async () => {
    const request = { ...several(isVllm), route }
    const generation = stream ? await service.stream(request) : await service.generate(request)
    const answer = answerOr(generation, `n: ${N}`)
    // vLLM promises n; another server may say that it does not offer it.
    if (typeof answer !== 'string') {
      if (!isVllm && choicesOf(answer).length === 0)
        notApplicable("its answers have no choices: not OpenAI's wire")
      return answer
    }
    verify(!isVllm, answer, generation)
    return notApplicable(answer)
  }
  const answer = await draw()
  const choices = verifyChoices(tools, answer)
  if (isVllm) verifyUsage(tools, answer)
  if (stream || !service.profile.capabilities.includes('sampling')) return
  // Twice three of one text are six: as sure a sign as six answers that are the same.
  if (!areOne(choices)) return
  const again = await draw()
  verify(
    !areOne(verifyChoices(tools, again)),
    `the ${N} choices of one request have one text at temperature 1.5, twice: ${quote(choices[0]?.text ?? '', 60)}`,
    ...[answer, again],
  )
}

const areOne = (choices: readonly Choice[]): boolean => new Set(choices.map(({ text }) => text)).size === 1

function verifyChoices({ verify }: CheckTools, answer: Completed): readonly Choice[] {
  const ignored = answer.stream ? 'n is ignored, or its choices are mixed under one index' : 'n is ignored'
  const choices = choicesOf(answer)
  const indexes = choices.map(({ index }) => index)
  const ends = choices[0]?.finishReasons.length ?? 0
  verify(
    choices.length > 1 || ends < 2,
    `${ends} choices end, all of them with the index ${indexes[0]}`,
    answer,
  )
  verify(
    choices.length === N,
    `n: ${N} gives ${choices.length} ${choices.length === 1 ? 'choice' : 'choices'}: ${ignored}`,
    answer,
  )
  verify(
    indexes.toSorted().join() === '0,1,2',
    `the choices of n: ${N} have the indexes ${indexes.join(', ')}`,
    answer,
  )
  for (const { index, text, reasoning, finishReasons } of choices) {
    verify(
      finishReasons.length === 1,
      `choice ${index} of ${N} has ${finishReasons.length} finish reasons`,
      answer,
    )
    const isEmpty = text === '' && reasoning === '' && !finishReasons.includes('stop')
    verify(
      !isEmpty,
      `choice ${index} of ${N} is empty, yet it ends with ${quote(finishReasons[0] ?? '')}`,
      answer,
    )
  }
  return choices
}

function verifyUsage({ verify }: CheckTools, answer: Completed): void {
  const counted = answer.usage?.completionTokens
  const wanted = N * STORY.maxTokens
  verify(
    counted === wanted,
    `${N} choices of ${STORY.maxTokens} tokens each count ${counted} completion tokens, not ${wanted}`,
    answer,
  )
}

promise('generation.copies-keep-seeds', {
  says: 'with n and a seed the choices differ from each other, and are the same the next time',
  needs: ['seed'],
  alone: 'compares',
  deadlineMs: 60_000,
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises a seed for each of n choices')
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'n with a seed', route), () => seedsOn(tools, route))
  },
})

async function seedsOn(tools: CheckTools, route: GeneratingRoute): Promise<void> {
  const { service, verify, notApplicable } = tools
  const draw = async (request: GenerationRequest) => {
    const answer = await service.answer({ ...request, route })
    if (choicesOf(answer).length < 2) notApplicable('n gives one choice')
    return answer
  }
  const texts = (answer: Completed) => choicesOf(answer).map(({ text, reasoning }) => reasoning + text)
  // Two choices of half the tokens turn as rarely as one text of all.
  const pairOf = (index: number, isShort: boolean): GenerationRequest => {
    const { prompt, maxTokens } = inPair(index, isShort)
    return { ...{ prompt, maxTokens: maxTokens / 2 }, temperature: 1, seed: 31 + index, wire: { n: 2 } }
  }
  const drawn = await drawAlike(
    async (index, isShort) => {
      const request = pairOf(index, isShort)
      return [await draw(request), await draw(request)]
    },
    ([one, other]) => texts(one).join('\n') === texts(other).join('\n'),
  )
  const seen = `${drawn.differing} of ${drawn.pairs.length} pairs of equal requests with n: 2 and a seed differ`
  verifyAlike(tools, drawn, seen)
  const alike: Completed[] = []
  for (const seed of [41, 42]) {
    const answer = await draw({ ...several(true), seed })
    if (new Set(texts(answer)).size > 1) return
    alike.push(answer)
  }
  verify(
    false,
    `with a seed the ${N} choices of one request have one text at temperature 1.5, twice: ${quote(texts(alike[0] as Completed)[0] ?? '', 60)}`,
    ...alike,
  )
}
