import { type Completed, contextTokens, promise, quote } from '#infergate'
import { STORY } from './story.ts'

/** What a thought may take, where the context does not end before. */
const LONGEST_THOUGHT = 8_192
const PROMPTS = ['Say hello.', 'What is the capital of Italy?', STORY.prompt]

promise('generation.thinks-then-answers', {
  says: 'a model that thinks first comes to an answer, and the answer stands in the content',
  needs: ['chat'],
  async check({ service, verify, notApplicable, sampled }) {
    if (!service.profile.reasoning) notApplicable('its answers on the chat route do not begin with a thought')
    const context = (await contextTokens(service)) ?? 2 * LONGEST_THOUGHT
    const longest = Math.min(LONGEST_THOUGHT, Math.floor(context * 0.75))
    const answers: Completed[] = []
    for (const prompt of PROMPTS)
      for (let maxTokens = 64; ; maxTokens = Math.min(4 * maxTokens, longest)) {
        const request = { ...STORY, prompt, route: 'chat', maxTokens, thinking: 'on' } as const
        const answer = await service.answer(request)
        // A thought that was cut gets more; one that ended has had its say.
        if (answer.text.trim() === '' && answer.finishReason === 'length' && maxTokens < longest) continue
        answers.push(answer)
        break
      }
    sampled(answers.length)
    const empty = answers.filter(({ text }) => text.trim() === '')
    const [first] = empty
    verify(
      empty.length < answers.length,
      `${empty.length} of ${answers.length} answers hold no content, all of it stands in the reasoning: ` +
        `${first?.usage?.completionTokens ?? 'unknown'} tokens, finish reason ${quote(first?.finishReason ?? '')}, ${quote(first?.reasoning ?? '', 60)}`,
      ...empty,
    )
  },
})
