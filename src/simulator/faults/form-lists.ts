import { isObject } from '../fields.ts'
import type { Hooks } from '../hooks.ts'
import { withBody } from './edit-request.ts'
import { type Fault, OPENAI } from './fault.ts'
import { type JsonObject, patchChoices, patchEvents, patchJson } from './patch.ts'

const family = 'forms'

/** Several prompts in one request. */
export const listFaults: readonly Fault[] = [
  {
    id: 'list-first-prompt-only',
    says: 'of a list of prompts only the first is answered',
    family,
    source: 'https://github.com/abetlen/llama-cpp-python/issues/726',
    dialects: OPENAI,
    caughtBy: { 'forms.answers-each-prompt': /a list of 3 prompts gets 1 choice, not one for each/ },
    arm: () => withPrompts((prompts) => prompts.slice(0, 1)),
  },
  {
    id: 'list-joined',
    says: 'a list of prompts is read as one prompt',
    family,
    source: 'https://github.com/Ai00-X/ai00_server/pull/169',
    dialects: OPENAI,
    caughtBy: { 'forms.answers-each-prompt': /a list of 3 prompts gets 1 choice, not one for each/ },
    arm: () => withPrompts((prompts) => [prompts.join('')]),
  },
  {
    id: 'list-order-shuffled',
    says: 'the choices to a list of prompts have the indices of other prompts',
    family,
    source: 'https://github.com/smg-project/smg/pull/1957',
    dialects: OPENAI,
    caughtBy: {
      'forms.answers-each-prompt': /choice 0 begins with "Tell me a story\..*prompt 0 is "Say hello\."/,
    },
    arm: () => withChoices((choice, count) => ({ ...choice, index: count - 1 - Number(choice['index']) })),
  },
  {
    id: 'list-texts-swapped',
    says: 'two prompts of a list get each other’s text behind their own echo',
    family,
    source: 'https://github.com/smg-project/smg/pull/1957',
    dialects: OPENAI,
    caughtBy: {
      'forms.answers-each-prompt':
        /lists of prompts do not get what .*: the texts are there in another order/,
    },
    arm: () => ({
      reply: (reply, { body }) =>
        Object(body).echo === true
          ? reply
          : patchJson(reply, (answer) => {
              const choices = answer['choices']
              if (!Array.isArray(choices) || choices.length < 2) return answer
              const texts = choices.map(({ text }) => text)
              return {
                ...answer,
                choices: choices.map((one, index) => ({ ...one, text: texts[(index + 1) % texts.length] })),
              }
            }),
    }),
  },
  {
    id: 'list-index-zero',
    says: 'each choice to a list of prompts has the index 0',
    family,
    source: 'https://github.com/Ai00-X/ai00_server/pull/169',
    dialects: OPENAI,
    caughtBy: { 'forms.answers-each-prompt': /have the indices 0, 0, 0/ },
    arm: () => withChoices((choice) => ({ ...choice, index: 0 })),
  },
  {
    id: 'list-index-from-last',
    says: 'the indices of a list of prompts begin behind 0',
    family,
    source: 'https://github.com/openai/openai-python/issues/90',
    dialects: OPENAI,
    caughtBy: {
      'forms.answers-each-prompt': /none of the 3 choices of the answer has the index 0: it has 3, 4, 5/,
    },
    arm: () => withChoices((choice, count) => ({ ...choice, index: Number(choice['index']) + count })),
  },
  {
    id: 'list-usage-of-longest',
    says: 'each prompt of a list counts as many tokens as the longest',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/2869',
    dialects: OPENAI,
    caughtBy: {
      'forms.answers-each-prompt': /a list of 3 prompts counts \d+ prompt tokens, one by one they count \d+/,
    },
    arm: () =>
      ofList((usage, count) => ({ ...usage, prompt_tokens: Number(usage['prompt_tokens']) + 3 * count })),
  },
  {
    id: 'list-usage-of-one',
    says: 'a list of prompts counts the tokens of one answer',
    family,
    source: 'https://github.com/openai/openai-cookbook/pull/228',
    dialects: OPENAI,
    caughtBy: { 'forms.answers-each-prompt': /6 completion tokens are counted, not 18/ },
    arm: () =>
      ofList((usage, count) => ({ ...usage, completion_tokens: Number(usage['completion_tokens']) / count })),
  },
  {
    id: 'token-ids-as-text',
    says: 'a prompt of token ids is read as the text of its numbers',
    family,
    source: 'https://github.com/ggml-org/llama.cpp/issues/25515',
    dialects: OPENAI,
    caughtBy: {
      'forms.answers-each-prompt': /a prompt of \d+ token ids counts \d+ prompt tokens, its text \d+/,
    },
    arm: () =>
      withBody((body) => {
        const { prompt } = body
        const isIds = Array.isArray(prompt) && prompt.every((id) => typeof id === 'number')
        return isIds ? { ...body, prompt: prompt.join(' ') } : body
      }),
  },
]

const isList = (prompt: unknown): prompt is readonly unknown[] =>
  Array.isArray(prompt) && prompt.length > 1 && !prompt.some((one) => typeof one === 'number')

const withPrompts = (change: (prompts: readonly unknown[]) => unknown): Pick<Hooks, 'body'> =>
  withBody((body) => {
    const { prompt } = body
    return isList(prompt) ? { ...body, prompt: change(prompt) } : body
  })

/** Changes each choice of the answer to a list of prompts, whole or streamed. */
function withChoices(change: (choice: JsonObject, count: number) => JsonObject): Partial<Hooks> {
  const countOf = (body: unknown) => {
    const prompt: unknown = Object(body).prompt
    return isList(prompt) ? prompt.length : 0
  }
  const changed = (text: string, count: number) => patchChoices(text, (choice) => change(choice, count))
  return {
    reply: (reply, { body }) =>
      countOf(body) > 0 ? { ...reply, body: changed(reply.body, countOf(body)) } : reply,
    stream: (stream, { body }) =>
      countOf(body) > 0 ? patchEvents(stream, (event) => [changed(event, countOf(body))]) : stream,
  }
}

/** Changes the usage of the whole answer to a list of prompts. */
const ofList = (change: (usage: JsonObject, count: number) => JsonObject): Pick<Hooks, 'reply'> => ({
  reply: (reply, { body }) => {
    const prompt: unknown = Object(body).prompt
    if (!isList(prompt)) return reply
    return patchJson(reply, (answer) => {
      const usage = answer['usage']
      return isObject(usage) ? { ...answer, usage: change(usage, prompt.length) } : answer
    })
  },
})
