import { type Completed, promise, quote, tokensWithin } from '#infergate'
import { endsInUsualWords } from './usual-words.ts'

/** Each has an answer of a few words. */
const SHORT = ['Say hello.', 'What is the capital of Italy?', 'Count to 7.']

promise('generation.ends-its-turn', {
  says: 'on the chat route an answer of a few words ends by itself',
  needs: ['chat'],
  async check({ service, verify, sampled }) {
    const maxTokens = await tokensWithin(service, 256, 64)
    const endless: Completed[] = []
    // One that ends shows that the model's mark of an end is the server's; a model that talks on may do so now and then.
    for (const prompt of SHORT) {
      const answer = await service.answer({ prompt, route: 'chat', maxTokens, temperature: 0 })
      if (answer.finishReason !== 'length') {
        endsInUsualWords(verify, answer)
        break
      }
      endless.push(answer)
    }
    sampled(Math.min(endless.length + 1, SHORT.length))
    verify(
      endless.length < SHORT.length,
      `${endless.length} of ${SHORT.length} answers of a few words do not end by themselves within ${maxTokens} tokens: ` +
        quote(endless[0]?.text ?? '', 80),
      ...endless,
    )
  },
})
