import {
  type CheckTools,
  type Completed,
  completed,
  contextTokens,
  type GeneratingRoute,
  type GenerationRequest,
  good,
  inParallel,
  onRoute,
  promise,
  quote,
  routesOf,
  type Service,
  tokensWithin,
} from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }
import { askWithinLimit } from './stated-limit.ts'
import { STORY } from './story.ts'

/** As seen first: a thin function in front that gives up on whatever takes longer than it likes. */
const LONG_ANSWER_MS = 1_400
/** A slow service is asked for as much at least: models end a story by themselves before, and one that was told to go on does not. */
const LONGER_THAN_BY_ITSELF = 128
/** A fast service makes no more of them, however quick they are. */
const MOST_TOKENS = 2_048

promise('generation.counts-tokens', {
  says: 'the usage counts at least one prompt token and the tokens of the text',
  needs: ['usage'],
  async check({ service, verify }) {
    for (const route of routesOf(service)) {
      const answer = await service.answer({ ...STORY, route, thinking: 'counted' })
      const { promptTokens, completionTokens } = answer.usage ?? {}
      verify(completionTokens !== undefined, `${route}: the answer does not count its tokens`, answer)
      verify(
        completionTokens !== 0,
        `${route}: a text of ${answer.text.length} characters counts 0 tokens`,
        answer,
      )
      verify(
        (completionTokens ?? 0) <= STORY.maxTokens,
        `${route}: ${completionTokens} tokens counted where ${STORY.maxTokens} are allowed`,
        answer,
      )
      verify(
        promptTokens === undefined || promptTokens > 0,
        `${route}: a prompt of ${STORY.prompt.length} characters counts 0 tokens`,
        answer,
      )
    }
  },
})

promise('generation.total-is-the-sum', {
  says: 'total tokens are prompt tokens plus completion tokens',
  needs: ['usage'],
  async check({ service, verify, notApplicable }) {
    for (const route of routesOf(service)) {
      const answer = await service.answer({ ...STORY, route })
      const { promptTokens, completionTokens, totalTokens } = answer.usage ?? {}
      // OpenAI's wire has all three counts; other contracts may count less.
      if (totalTokens === undefined && !service.profile.capabilities.includes('models'))
        notApplicable('its contract counts no total')
      if (answer.usage === undefined) notApplicable('the answer has no usage')
      verify(
        totalTokens !== undefined && promptTokens !== undefined && completionTokens !== undefined,
        `${route}: the usage lacks a count: ${JSON.stringify(answer.usage)}`,
        answer,
      )
      verify(
        totalTokens === (promptTokens ?? 0) + (completionTokens ?? 0),
        `${route}: total ${totalTokens} is not ${promptTokens} + ${completionTokens}`,
        answer,
      )
    }
  },
})

promise('generation.keeps-the-cap', {
  says: 'no answer is longer than max_tokens, and one that ends there says length',
  needs: ['usage'],
  async check({ service, verify, sampled, notApplicable }) {
    // Only vLLM promises to run on past the end token, which makes the length exact.
    const exact = service.profile.engine === 'vllm'
    const routes = routesOf(service)
    await inParallel(24, 4, async (index) => {
      const maxTokens = 1 + (index % 12)
      // Each length once on each route.
      const route = routes[Math.floor(index / 12) % routes.length] ?? 'generate'
      const on = onRoute(service, 'an answer', route)
      const answer = await service.answer({
        ...STORY,
        route,
        temperature: 1,
        maxTokens,
        thinking: 'counted',
        ...(exact && { ignoreEos: true }),
      })
      const tokens = answer.usage?.completionTokens ?? notApplicable('the answers do not count their tokens')
      verify(tokens <= maxTokens, `${on}: ${tokens} tokens where ${maxTokens} were allowed`, answer)
      verify(
        !exact || tokens === maxTokens,
        `${on}: ${tokens} tokens where exactly ${maxTokens} were asked for`,
        answer,
      )
      verify(
        !exact || answer.finishReason === 'length',
        `${on}: cut at the cap of ${maxTokens} tokens, yet the finish reason is ${quote(answer.finishReason)}`,
        answer,
      )
      verify(
        answer.finishReason !== 'length' || tokens === maxTokens,
        `${on}: the finish reason is length after ${tokens} of ${maxTokens} tokens`,
        answer,
      )
    })
    sampled(24)
  },
})

promise('generation.keeps-the-floor', {
  says: 'an answer does not end before min_tokens',
  needs: ['usage'],
  async check({ service, verify, notApplicable, sampled }) {
    if (service.profile.engine !== 'vllm') notApplicable('only vLLM promises min_tokens')
    const routes = routesOf(service)
    const n = 6
    const floor = await tokensWithin(service, 64, 32)
    await inParallel(n, 4, async (index) => {
      const prompt = plainPrompts[index % plainPrompts.length] ?? STORY.prompt
      const route = routes[index % routes.length] ?? 'generate'
      // The last of each route's three is streamed.
      const stream = index >= n - routes.length && service.profile.capabilities.includes('stream')
      const request = { prompt, route, temperature: 1, minTokens: floor, maxTokens: floor }
      const answer = stream ? completed(await service.stream(request)) : await service.answer(request)
      verify(
        answer.usage?.completionTokens === floor,
        `${onRoute(service, stream ? 'a stream' : 'an answer', route)}: ${answer.usage?.completionTokens} tokens where min_tokens and max_tokens are ${floor}`,
        answer,
      )
    })
    sampled(n)
  },
})

promise('generation.finishes-long-answers', {
  says: 'an answer that takes seconds arrives whole',
  needs: ['usage'],
  async check(tools) {
    const { service, inCase, notApplicable } = tools
    if (service.profile.engine === 'unknown')
      notApplicable('only vLLM and ananke can be made to answer at length')
    // At the same time: what gives up on the one route need not on the other, and a reader waits once.
    await Promise.all(
      routesOf(service).map((route) =>
        inCase(onRoute(service, 'a long answer', route), () => finishesOn(tools, route)),
      ),
    )
  },
})

async function finishesOn(
  { service, verify, notApplicable }: CheckTools,
  route: GeneratingRoute,
): Promise<void> {
  // Where an answer cannot be made to go on, a long one is asked for.
  const isHeld = service.profile.engine === 'vllm'
  const long = isHeld ? { ...STORY, ignoreEos: true } : { ...STORY, prompt: 'Count to 999.' }
  let perTokenMs = service.profile.pace?.tokenMs || (await paceOf(service, { ...long, route }))
  const room = await tokensWithin(service, MOST_TOKENS, 24)
  // What showed the pace may have been slow; then the long answer was not long, and is asked for again.
  for (let attempt = 0; attempt < 2; attempt++) {
    const least = isHeld ? LONGER_THAN_BY_ITSELF : 24
    const wanted = Math.min(room, Math.max(least, Math.floor(LONG_ANSWER_MS / perTokenMs)))
    const given = await askWithinLimit(wanted, (tokens) =>
      service.generate({ ...long, route, maxTokens: tokens }),
    )
    const { maxTokens } = given
    const answer = good(given.answer, `an answer of ${maxTokens} tokens`)
    const tokens = answer.usage?.completionTokens ?? 0
    verify(!isHeld || tokens === maxTokens, `${tokens} tokens where ${maxTokens} were asked for`, answer)
    if (answer.timing.e2eMs >= LONG_ANSWER_MS / 2 || maxTokens >= room || given.isLimited) return
    if (answer.finishReason === 'stop')
      notApplicable(
        `the model ends its answers by itself: ${quote(answer.text)} took ${Math.round(answer.timing.e2eMs)} ms`,
      )
    perTokenMs = answer.timing.e2eMs / maxTokens
  }
}

/** What a token of a short answer takes, its first one included. */
async function paceOf(service: Service, request: GenerationRequest): Promise<number> {
  const { timing, usage } = await service.answer(request)
  return timing.e2eMs / Math.max(1, usage?.completionTokens ?? 1)
}

promise('generation.reads-the-whole-prompt', {
  says: 'the prompt tokens grow with the prompt: nothing is cut in silence',
  needs: ['usage'],
  async check(tools) {
    for (const route of routesOf(tools.service))
      await tools.inCase(onRoute(tools.service, 'a long prompt', route), () => readsOn(tools, route))
  },
})

/** A sentence of few tokens: a context of a hundred holds several. */
const SENTENCE = 'The fox ran. '

async function readsOn(
  { service, verify, notApplicable }: CheckTools,
  route: GeneratingRoute,
): Promise<void> {
  const count = async (repeats: number): Promise<[number, Completed]> => {
    const prompt = SENTENCE.repeat(repeats)
    const answer = await service.answer({ prompt, route, maxTokens: 1, temperature: 0 })
    return [answer.usage?.promptTokens ?? notApplicable('the service counts no prompt tokens'), answer]
  }
  const [one] = await count(1)
  const [three] = await count(3)
  const each = (three - one) / 2
  verify(each > 0, `${one} prompt tokens for a prompt, ${three} for one three times as long`)
  // Sixty per cent of the context, where the service says how long that is; what the template adds is in it.
  const context = Math.min((await contextTokens(service)) ?? 1_000, 16_000)
  const repeats = Math.floor((context * 0.6 - (one - each)) / each)
  if (repeats < 4)
    notApplicable(`its context of ${context} tokens holds no prompt that is long enough to tell`)
  const [many, answer] = await count(repeats)
  const expected = one + each * (repeats - 1)
  verify(
    many >= 0.9 * expected,
    `a prompt of about ${Math.round(expected)} tokens was read as ${many}: the rest was cut in silence`,
    answer,
  )
}
