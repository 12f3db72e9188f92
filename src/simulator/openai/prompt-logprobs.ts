import { createRandom } from '../../random.ts'
import type { Alternative, Output } from '../job.ts'
import { idOf, tokenize } from '../model/tokens.ts'

/** How likely the model finds each token of a prompt: the same each time, and nothing of the first. */
function readPrompt(prompt: string, count: number) {
  return tokenize(prompt).map((bytes, index) => {
    const random = createRandom(`${index} ${prompt.slice(0, 256)}`)
    const logprob = -0.01 - 3 * random.next()
    // The others share what is left, the first of them half of it.
    const left = 1 - Math.exp(logprob)
    const others = Array.from({ length: count }, (_, place): Alternative => {
      const token = ` ${'abcdefghijklmnopqrstuvwxyz'[place]}~`
      return { token, logprob: Math.log(left / 2 ** (place + 2)) + Math.min(0, logprob) }
    })
    return { token: Buffer.from(bytes).toString('utf8'), logprob, others, isFirst: index === 0 }
  })
}

/** The prompt's tokens, as outputs before those of the answer. */
export const echo = (prompt: string, count = 0): readonly Output[] =>
  readPrompt(prompt, count).map(({ token, logprob, others, isFirst }) => ({
    ...{ text: '', tokens: 0, token },
    ...(isFirst ? { logprob: Number.NaN } : { logprob, others }),
  }))

/** vLLM's `prompt_logprobs`: one object a token, by ids. */
export const promptLogprobs = (prompt: string, count: number): readonly unknown[] =>
  readPrompt(prompt, count).map(({ token, logprob, others, isFirst }) => {
    if (isFirst) return null
    const listed = [{ token, logprob }, ...others.slice(0, Math.max(0, count - 1))]
    return Object.fromEntries(
      listed.map((one, rank) => [
        idOf(Buffer.from(one.token)),
        { logprob: one.logprob, rank: rank + 1, decoded_token: one.token },
      ]),
    )
  })
