import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import { createService } from '../checks/watched-service.ts'
import { createClient } from '../client/index.ts'
import { askBeyondContext, contextTokens, tokensWithin, tooLongPrompt } from './context-length.ts'
import { PROBE } from './probe.ts'

const BASE = { id: 'base', root: 'org/base-8b', parent: null, max_model_len: 4096 }
/** As vLLM lists an adapter: its own entry has no length. */
const ADAPTER = { id: 'adapter', root: '/weights/adapter', parent: 'base', max_model_len: null }

/** What a check is told of `model` where the service lists `data`. */
async function contextOf(data: unknown, model?: string): Promise<number | undefined> {
  return (await lookAt(data, model)).tokens
}

async function lookAt(data: unknown, model?: string) {
  const server = createServer((_, response) => response.end(JSON.stringify({ object: 'list', data })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await using client = await createClient({ dialect: 'openai', baseUrl: `http://127.0.0.1:${port}` })
    const service = createService({
      client,
      profile: { engine: 'vllm', capabilities: ['models'], missing: {}, ...(model && { model }) },
      boots: [],
      signal: new AbortController().signal,
      callTimeoutMs: 5_000,
      record: () => {},
      held: () => {},
    })
    return {
      tokens: await contextTokens(service),
      prompt: await tooLongPrompt(service),
      ...{ within: (wanted: number, least?: number) => tokensWithin(service, wanted, least) },
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('the length is that of the model under judgement, wherever it stands in the list', async () => {
  const small = { id: 'small', max_model_len: 512 }
  expect(await contextOf([small, BASE], 'base')).toBe(4096)
  expect(await contextOf([BASE, small], 'small')).toBe(512)
})

test('an adapter has the length of the model that it adapts, named by id or by root', async () => {
  const other = { id: 'other', max_model_len: 512 }
  expect(await contextOf([other, BASE, ADAPTER], 'adapter')).toBe(4096)
  expect(await contextOf([other, BASE, { ...ADAPTER, parent: 'org/base-8b' }], 'adapter')).toBe(4096)
  expect(await contextOf([other, { ...ADAPTER, parent: 'adapter' }], 'adapter')).toBeUndefined()
})

test('a service with one model answers for it under any name; with several, an unlisted name has no length', async () => {
  expect(await contextOf([BASE], 'an-alias')).toBe(4096)
  expect(await contextOf([BASE])).toBe(4096)
  expect(await contextOf([BASE, { id: 'other', max_model_len: 512 }], 'an-alias')).toBeUndefined()
})

test('a list of another shape gives no length', async () => {
  for (const data of [undefined, 'none', [], [null, 5], [{ id: 'base', max_model_len: '4096' }]])
    expect(await contextOf(data, 'base')).toBeUndefined()
})

test('the prompt beyond the context has twice the words that the judged model can read', async () => {
  const { prompt } = await lookAt([{ id: 'small', max_model_len: 16 }, BASE], 'base')
  expect(prompt?.trim().split(' ')).toHaveLength(8192)
})

/** How long the prompts were, in words, that a service of no stated context was sent, and the last answer. */
async function grown(
  answerTo: (words: number) => readonly [status: number, body: object],
  leftMs = () => 60_000,
) {
  const words: number[] = []
  await using server = await startOnLoopback(async (request, response) => {
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.method === 'GET') return say(404, {})
    const { prompt } = Object(await json(request))
    words.push(prompt.trim().split(' ').length)
    return say(...answerTo(words.at(-1) ?? 0))
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  const service = createService({
    ...{ client, profile: { engine: 'unknown', capabilities: [], missing: {} }, boots: [] },
    ...{ signal: new AbortController().signal, callTimeoutMs: 5_000, record: () => {}, held: () => {} },
  })
  return { words, ...(await askBeyondContext(service, PROBE, leftMs)) }
}

const answered = (promptTokens?: number) =>
  [
    200,
    {
      ...{ model: 'm', choices: [{ index: 0, text: 'hello', finish_reason: 'stop' }] },
      ...(promptTokens && {
        usage: { prompt_tokens: promptTokens, completion_tokens: 1, total_tokens: promptTokens + 1 },
      }),
    },
  ] as const

test('where nobody knows the context the prompt doubles until it is refused, and no further', async () => {
  const { words, answer } = await grown((n) =>
    n > 20_000 ? [400, { error: { message: 'too long' } }] : answered(n),
  )
  expect(words).toEqual([4_096, 8_192, 16_384, 32_768])
  expect(answer).toMatchObject({ outcome: 'failed', status: 400 })
})

test('a service that drops most of the prompt and answers has shown its context', async () => {
  const { words, isBeyond } = await grown((n) => answered(Math.min(n, 4_000)))
  expect([words.at(-1), isBeyond]).toEqual([8_192, true])
})

test('a prompt does not grow beyond the time of the check', async () => {
  let left = 1_000
  const { words, isBeyond } = await grown(
    () => answered(),
    () => (left -= 100),
  )
  expect(words.length).toBeLessThan(5)
  expect(isBeyond).toBe(false)
})

test('an answer gets the room that a context has beside a prompt; too little of it makes a promise not applicable', async () => {
  const { within } = await lookAt([{ id: 'small', max_model_len: 128 }])
  expect(await within(48)).toBe(48)
  expect(await within(160, 64)).toBe(64)
  await expect(within(160, 65)).rejects.toMatchObject({
    outcome: 'not-applicable',
    message: 'its context of 128 tokens has no room for an answer of 65 beside a prompt',
  })
  const { within: anywhere } = await lookAt('none')
  expect(await anywhere(2_000, 1_000)).toBe(2_000)
})
