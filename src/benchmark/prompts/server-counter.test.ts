import { expect, test } from 'vitest'
import { startOnLoopback } from '../../../testing/loopback.ts'
import { createClient } from '../../client/index.ts'
import { openServerCounter } from './server-counter.ts'

async function openAt(url: string, answers: readonly string[], signal?: AbortSignal) {
  const bodies: unknown[] = []
  let next = 0
  const service = await startOnLoopback(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    bodies.push(JSON.parse(text))
    const answer = answers[Math.min(next++, answers.length - 1)] ?? ''
    response.writeHead(answer.startsWith('{') ? 200 : 500).end(answer)
  })
  const client = await createClient({ dialect: 'openai', baseUrl: `${service.url}${url}` })
  const chatFields = { chat_template_kwargs: { enable_thinking: false } }
  const counter = await openServerCounter(client, { model: 'm', chatFields, ...(signal && { signal }) })
  return {
    ...{ bodies, counter },
    async [Symbol.asyncDispose]() {
      await client.close()
      await service[Symbol.asyncDispose]()
    },
  }
}

test('a prompt and messages are counted as the service would take them', async () => {
  await using opened = await openAt('/v1', ['{"count":3,"max_model_len":1024}', '{"count":9}', '{"count":5}'])
  const { counter, bodies } = opened
  if ('missing' in counter) throw new Error(counter.missing)
  expect(counter).toMatchObject({ by: 'server', chat: 'whole', contextTokens: 1_024 })
  const messages = [{ role: 'user', content: 'Hi' }]
  expect(await counter.count([{ prompt: 'Hi' }, { messages }])).toEqual([5, 5])
  expect(bodies.slice(2)).toEqual([
    { model: 'm', prompt: 'Hi' },
    { model: 'm', messages, add_generation_prompt: true, chat_template_kwargs: { enable_thinking: false } },
  ])
})

test.each([
  ['an error', ['broken'], /HTTP 500/],
  ['no count', ['{"tokens":[1,2]}'], /its answer is \{"tokens"/],
  ['a count of 0', ['{"count":0}'], /its answer is/],
])('a service that answers %s has no counter', async (_what, answers, says) => {
  await using opened = await openAt('', answers)
  expect(opened.counter).toEqual({ missing: expect.stringMatching(says) })
})

test('of a service that counts no messages the texts of a chat are counted', async () => {
  await using opened = await openAt('', ['{"count":3}', 'no template', '{"count":2}'])
  const { counter, bodies } = opened
  if ('missing' in counter) throw new Error(counter.missing)
  expect(counter.chat).toBe('text')
  expect(await counter.count([{ messages: [{ role: 'user', content: 'Hi' }] }])).toEqual([2])
  expect(bodies.at(-1)).toEqual({ model: 'm', prompt: 'Hi' })
})

test('a count that fails later is no guess', async () => {
  await using opened = await openAt('', ['{"count":3}', '{"count":9}', 'broken'])
  if ('missing' in opened.counter) throw new Error(opened.counter.missing)
  await expect(opened.counter.count([{ prompt: 'Hi' }])).rejects.toMatchObject({
    code: 'target-unreachable',
    message: expect.stringMatching(/Nothing of the load was sent.*--tokenizer FILE/),
  })
})
