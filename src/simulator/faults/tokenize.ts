import { isObject } from '../fields.ts'
import { type Fault, OPENAI } from './fault.ts'
import { patchBody, patchReply } from './patch-calls.ts'

const family = 'answers'

/** `/tokenize` and `/detokenize`. */
export const tokenizeFaults: readonly Fault[] = [
  {
    id: 'tokenize-count-off',
    says: '/tokenize counts one token more than it lists',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/2012',
    dialects: OPENAI,
    caughtBy: { 'tokenize.agrees-with-usage': /\/tokenize counts \d+ tokens, and lists \d+/ },
    arm: () => patchReply('/tokenize', (body) => ({ ...body, count: Number(body['count']) + 1 })),
  },
  {
    id: 'tokenize-begins-twice',
    says: '/tokenize puts a mark of beginning before the one that is there',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/25687',
    dialects: OPENAI,
    caughtBy: {
      'tokenize.agrees-with-usage': /a prompt: \/tokenize counts \d+ tokens, and its completion \d+/,
    },
    arm: () =>
      patchReply('/tokenize', (body) => ({
        ...body,
        count: Number(body['count']) + 1,
        tokens: [1, ...(Array.isArray(body['tokens']) ? body['tokens'] : [])],
      })),
  },
  {
    id: 'tokenize-without-template',
    says: '/tokenize counts the words of messages and leaves out their template',
    family,
    source: 'https://github.com/kubernetes-sigs/inference-perf/issues/45',
    dialects: OPENAI,
    caughtBy: {
      'tokenize.agrees-with-usage': /messages: \/tokenize counts \d+ tokens, and the chat answer \d+/,
    },
    arm: () =>
      patchBody('/tokenize', ({ messages, ...body }) =>
        Array.isArray(messages)
          ? { ...body, prompt: messages.map((message) => Object(message).content).join('') }
          : body,
      ),
  },
  {
    id: 'tokenize-other-context',
    says: '/tokenize tells the context that the model could have, not the one that is served',
    family,
    source: 'https://github.com/vllm-project/vllm/pull/5054',
    dialects: OPENAI,
    caughtBy: { 'tokenize.knows-the-context': /max_model_len is 131072, and the list of models \d+/ },
    arm: () => patchReply('/tokenize', (body) => ({ ...body, max_model_len: 131_072 })),
  },
  {
    id: 'detokenize-loses-characters',
    says: '/detokenize gives U+FFFD for what is not ASCII',
    family,
    source: 'https://github.com/petals-infra/chat.petals.dev/issues/30',
    dialects: OPENAI,
    caughtBy: { 'tokenize.gives-the-text-back': /\/detokenize makes ".*\uFFFD.*" of the tokens/ },
    arm: () =>
      patchReply('/detokenize', (body) =>
        isObject(body) && typeof body['prompt'] === 'string'
          ? { ...body, prompt: body['prompt'].replace(/[^\p{ASCII}]/gu, '\uFFFD') }
          : body,
      ),
  },
]
