import { expect, test } from 'vitest'
import type { GenerationRequest, Reasoning } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { profileService } from './profile.ts'
import { startThinkingServer, type Thinking } from './testing/thinking-server.ts'
import { splitThought } from './thinking.ts'

async function reasoningOf(thinking: Thinking): Promise<Reasoning | undefined> {
  await using server = await startThinkingServer(thinking)
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  return (await profileService(client)).reasoning
}

/** What a profiled client gets and had sent for a request on the chat route. */
async function ask(thinking: Thinking, request: Partial<GenerationRequest> = {}) {
  await using server = await startThinkingServer(thinking)
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  client.configure(await profileService(client))
  const answer = await client.generate({ prompt: 'Say hello.', route: 'chat', maxTokens: 8, ...request })
  if (answer.outcome === 'failed') throw new Error(answer.message)
  return { answer, sent: server.bodies.at(-1) }
}

test('a model that answers at once is not one that thinks', async () => {
  expect(await reasoningOf({ as: 'none' })).toBeUndefined()
})

test.each(['reasoning', 'reasoning_content'] as const)('a thought is found in the field %s', async (as) => {
  expect(await reasoningOf({ as })).toMatchObject({ where: 'field', tokens: expect.closeTo(15, -1) })
})

test.each(['tags', 'unopened'] as const)('a thought is found in the text: %s', async (as) => {
  expect(await reasoningOf({ as })).toMatchObject({ where: 'tags', tokens: expect.closeTo(15, -1) })
})

test('a long thought is followed to its end, with or without its opening tag', async () => {
  expect((await reasoningOf({ as: 'reasoning', words: 700 }))?.tokens).toBeGreaterThanOrEqual(700)
  expect((await reasoningOf({ as: 'unopened', words: 300 }))?.tokens).toBeGreaterThanOrEqual(300)
})

test('thinking is off only where asking for it gives answers without a thought', async () => {
  const off = { chat_template_kwargs: { enable_thinking: false } }
  expect(await reasoningOf({ as: 'tags', heedsOff: true })).toMatchObject({ off })
  expect(await reasoningOf({ as: 'tags' })).not.toHaveProperty('off')
})

test.each(['reasoning', 'tags'] as const)(
  'an answer after its thought is whole and alone: %s',
  async (as) => {
    const { answer, sent } = await ask({ as })
    expect(answer).toMatchObject({ text: 'Hello, Anna! How are you?', finishReason: 'stop' })
    expect(answer.reasoning).toMatch(/^well well/)
    expect(sent?.max_tokens).toBeGreaterThan(8 + 12)
  },
)

test('where thinking can be off it is, with the tokens that were asked for', async () => {
  const { answer, sent } = await ask({ as: 'tags', heedsOff: true })
  expect(answer.text).toBe('Hello, Anna! How are you?')
  expect(sent).toMatchObject({ max_tokens: 8, chat_template_kwargs: { enable_thinking: false } })
})

test('a request that wants the thought has it, and room for it', async () => {
  const { answer, sent } = await ask({ as: 'tags', heedsOff: true }, { thinking: 'on' })
  expect(answer).toMatchObject({
    text: 'Hello, Anna! How are you?',
    reasoning: expect.stringMatching(/^well/),
  })
  expect(sent).not.toHaveProperty('chat_template_kwargs')
})

test.each<Partial<GenerationRequest>>([{ thinking: 'counted' }, { ignoreEos: true }, { minTokens: 4 }])(
  'who counts tokens counts all of them: %o',
  async (request) => {
    const { answer, sent } = await ask({ as: 'reasoning' }, request)
    expect(sent?.max_tokens).toBe(8)
    expect(answer).toMatchObject({ text: '', finishReason: 'length', usage: { completionTokens: 8 } })
  },
)

test('a thought is split from its answer once, and what has none is left as it is', () => {
  expect(splitThought('<think>a</think>\n\nb</think>c')).toEqual({ reasoning: 'a', text: 'b</think>c' })
  expect(splitThought('a</think>b')).toEqual({ reasoning: 'a', text: 'b' })
  expect(splitThought('<think>a')).toEqual({ reasoning: 'a', text: '' })
  expect(splitThought('a <think> b')).toBeUndefined()
})

test('a constraint that waits for the end of a thought is shown by the same request with that end', async () => {
  expect((await reasoningOf({ as: 'reasoning', plain: 'waits' }))?.constraintsWait).toBe(
    'on /v1/completions the constraint waits for </think>: held to a JSON Schema, the answer is "Once upon a time."; ' +
      'with </think> at the end of the prompt it is "{\\"n\\":1}"',
  )
  for (const plain of ['binds', 'drops'] as const)
    expect(await reasoningOf({ as: 'reasoning', plain })).not.toHaveProperty('constraintsWait')
})

test('where the plain route makes constraints wait, they are asked for on the chat route', async () => {
  const constraint = { kind: 'json-schema', schema: { type: 'object', properties: { n: {} } } } as const
  await using server = await startThinkingServer({ as: 'reasoning', plain: 'waits' })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  client.configure(await profileService(client))
  const answer = await client.generate({ prompt: 'Say hello.', maxTokens: 8, constraint })
  expect(answer).toMatchObject({ outcome: 'completed', text: '{"n":1}' })
  expect(await client.generate({ prompt: 'Say hello.', maxTokens: 8 })).toMatchObject({
    text: 'Once upon a time.',
  })
})
