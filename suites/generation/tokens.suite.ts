import { type Completed, contextTokens, good, inParallel, promise, quote, routesOf } from '#infergate'
import plainPrompts from '../../fixtures/prompts/plain.json' with { type: 'json' }
import { STORY } from './story.ts'

/** As seen first: a thin function in front that gives up on whatever takes longer than it likes. */
const LONG_ANSWER_MS = 1_800

promise('generation.counts-tokens', {
  says: 'the usage counts at least one prompt token and the tokens of the text',
  needs: ['usage'],
  async check({ service, verify }) {
    for (const route of routesOf(service)) {
      const answer = await service.answer({ ...STORY, route })
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
  async check({ service, verify, sampled }) {
    // Only vLLM promises to run on past the end token, which makes the length exact.
    const exact = service.profile.engine === 'vllm'
    await inParallel(24, 4, async (index) => {
      const maxTokens = 1 + (index % 12)
      const answer = await service.answer({
        ...STORY,
        temperature: 1,
        maxTokens,
        ...(exact && { ignoreEos: true }),
      })
      const tokens = answer.usage?.completionTokens ?? 0
      verify(tokens <= maxTokens, `${tokens} tokens where ${maxTokens} were allowed`, answer)
      verify(
        !exact || tokens === maxTokens,
        `${tokens} tokens where exactly ${maxTokens} were asked for`,
        answer,
      )
      verify(
        !exact || answer.finishReason === 'length',
        `cut at the cap of ${maxTokens} tokens, yet the finish reason is ${quote(answer.finishReason)}`,
        answer,
      )
      verify(
        answer.finishReason !== 'length' || tokens === maxTokens,
        `the finish reason is length after ${tokens} of ${maxTokens} tokens`,
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
    await inParallel(6, 4, async (index) => {
      const prompt = plainPrompts[index % plainPrompts.length] ?? STORY.prompt
      const answer = await service.answer({ prompt, minTokens: 64, maxTokens: 64, temperature: 1 })
      verify(
        answer.usage?.completionTokens === 64,
        `${answer.usage?.completionTokens} tokens where min_tokens and max_tokens are 64`,
        answer,
      )
    })
    sampled(6)
  },
})

promise('generation.finishes-long-answers', {
  says: 'an answer that takes seconds arrives whole',
  needs: ['usage'],
  async check({ service, verify, notApplicable }) {
    if (service.profile.engine === 'unknown')
      notApplicable('only vLLM and ananke can be made to answer at length')
    const short = await service.answer({ ...STORY, ignoreEos: true })
    let perTokenMs = short.timing.e2eMs / Math.max(1, short.usage?.completionTokens ?? 1)
    const room = Math.min((await contextTokens(service)) ?? 1_024, 1_024) - 128
    // Others may have slowed the answer that shows the pace; then the long one was not long, and is asked for again.
    for (let attempt = 0; attempt < 2; attempt++) {
      const maxTokens = Math.max(24, Math.min(room, Math.floor(LONG_ANSWER_MS / perTokenMs)))
      const answer = good(
        await service.generate({ ...STORY, maxTokens, ignoreEos: true }),
        `an answer of ${maxTokens} tokens`,
      )
      const tokens = answer.usage?.completionTokens ?? 0
      verify(
        service.profile.engine !== 'vllm' || tokens === maxTokens,
        `${tokens} tokens where ${maxTokens} were asked for`,
        answer,
      )
      if (answer.timing.e2eMs >= LONG_ANSWER_MS / 2 || maxTokens >= room) return
      perTokenMs = answer.timing.e2eMs / maxTokens
    }
  },
})

promise('generation.reads-the-whole-prompt', {
  says: 'the prompt tokens grow with the prompt: nothing is cut in silence',
  needs: ['usage'],
  async check({ service, verify, inconclusive, notApplicable }) {
    const sentence = 'The quick brown fox jumps over the lazy dog near the river bank. '
    const count = async (repeats: number): Promise<[number, Completed]> => {
      const answer = await service.answer({ prompt: sentence.repeat(repeats), maxTokens: 1, temperature: 0 })
      return [answer.usage?.promptTokens ?? notApplicable('the service counts no prompt tokens'), answer]
    }
    const [one] = await count(1)
    const [three] = await count(3)
    const each = (three - one) / 2
    verify(each > 0, `${one} prompt tokens for a prompt, ${three} for one three times as long`)
    // Sixty per cent of the context, where the service says how long that is.
    const context = Math.min((await contextTokens(service)) ?? 1_000, 16_000)
    const repeats = Math.floor((context * 0.6) / each)
    if (repeats < 4) inconclusive(`the context of ${context} tokens is too short to tell`)
    const [many, answer] = await count(repeats)
    const expected = one + each * (repeats - 1)
    verify(
      many >= 0.9 * expected,
      `a prompt of about ${Math.round(expected)} tokens was read as ${many}: the rest was cut in silence`,
      answer,
    )
  },
})
