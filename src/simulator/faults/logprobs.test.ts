import { payloads } from '../testing/exchange.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { logprobFaults } from './logprobs.ts'

const BODY = { max_tokens: 8, temperature: 0 }

const completion = async ({ post }: Look, fields: object = {}) =>
  post('/v1/completions', { ...BODY, prompt: 'Tell me a story.', logprobs: 3, ...fields })
const whole = async (look: Look, fields: object = {}) =>
  JSON.parse((await completion(look, fields)).text).choices[0]
const listsOf = async (look: Look, fields: object = {}) => (await whole(look, fields)).logprobs
const chat = async ({ post }: Look) => {
  const messages = [{ role: 'user', content: 'Tell me a story.' }]
  const reply = await post('/v1/chat/completions', { ...BODY, messages, logprobs: true, top_logprobs: 3 })
  return JSON.parse(reply.text).choices[0]
}
const tops = async (look: Look): Promise<number[]> =>
  (await listsOf(look)).top_logprobs.map((top: object) => Object.keys(top).length)

testFaults(logprobFaults, {
  'logprobs-null': async (look) => (await listsOf(look)) === null && (await chat(look)).logprobs !== null,
  'chat-logprobs-missing': async (look) =>
    (await chat(look)).logprobs === null && (await listsOf(look)) !== null,
  'streamed-logprobs-missing': async (look) => {
    const events = payloads((await completion(look, { stream: true })).text)
    return events.filter((event) => event !== '[DONE]').every((event) => event.includes('"logprobs":null'))
  },
  'logprobs-nan': async (look) => (await completion(look)).text.includes('[NaN,'),
  'logprobs-infinite': async (look) => (await completion(look)).text.includes('[-Infinity,'),
  'logprobs-500': async (look) => (await completion(look)).status === 500,
  'logprobs-positive': async (look) => (await listsOf(look)).token_logprobs[0] > 0,
  'logprobs-all-zero': async (look) =>
    (await listsOf(look)).token_logprobs.every((value: number) => value === 0),
  'logprobs-fewer-than-tokens': async (look) => (await listsOf(look)).tokens.length === 4,
  'logprobs-of-last-token': async (look) => {
    const { tokens } = await listsOf(look)
    return tokens[0] === tokens[1] && tokens[2] === tokens[3]
  },
  'logprobs-of-another-text': async (look) => {
    const { text, logprobs } = await whole(look)
    return logprobs.tokens.join('') !== text
  },
  'top-logprobs-ignored': async (look) => (await tops(look)).every((length) => length === 1),
  'top-logprobs-one-fewer': async (look) => (await tops(look)).every((length) => length === 2),
  'top-logprobs-of-first': async (look) => {
    const { top_logprobs: lists } = await listsOf(look)
    return JSON.stringify(lists[0]) === JSON.stringify(lists[7])
  },
  'logprobs-of-one-choice': async (look) => {
    const { text } = await completion(look, { n: 2, temperature: 1 })
    const [first, second] = JSON.parse(text).choices
    return first.logprobs !== null && second.logprobs === null
  },
  'echo-logprobs-missing': async (look) => (await listsOf(look, { echo: true })).tokens.length === 8,
  'prompt-logprobs-empty': async (look) =>
    (await whole(look, { prompt_logprobs: 1 })).prompt_logprobs.length === 1,
})
