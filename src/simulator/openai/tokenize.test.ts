import { expect, test } from 'vitest'
import { startSimulator } from '../start.ts'
import { exchange } from '../testing/exchange.ts'

const MESSAGES = [{ role: 'user', content: 'Say hello to 안녕.' }]

test('messages have as many tokens as the chat route counts, and fewer without the mark of the answer', async () => {
  await using simulator = await startSimulator({ profile: 'instant' })
  const post = async (path: string, body: object) =>
    JSON.parse((await exchange(simulator.url, path, { body })).text)
  const { count, tokens } = await post('/tokenize', { messages: MESSAGES })
  const { usage } = await post('/v1/chat/completions', { messages: MESSAGES, max_tokens: 1 })
  expect([count, tokens.length]).toEqual([usage.prompt_tokens, usage.prompt_tokens])
  const open = await post('/tokenize', { messages: MESSAGES, add_generation_prompt: false })
  expect(open.count).toBeLessThan(count)
})

test('tokens become their text again, and what is none is refused', async () => {
  await using simulator = await startSimulator({ profile: 'instant' })
  const post = (path: string, body: object) => exchange(simulator.url, path, { body })
  const { tokens } = JSON.parse((await post('/tokenize', { prompt: 'naïve ☃' })).text)
  expect(JSON.parse((await post('/detokenize', { tokens })).text)).toEqual({ prompt: 'naïve ☃' })
  for (const [path, body] of [
    ['/tokenize', {}],
    ['/detokenize', {}],
    ['/detokenize', { tokens: 'a' }],
    ['/detokenize', { tokens: [-1] }],
  ] as const)
    expect((await post(path, body)).status, path).toBe(400)
})
