import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createService } from '../checks/watched-service.ts'
import { createClient } from '../client/index.ts'
import { contextTokens, tooLongPrompt } from './context-length.ts'

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
    })
    return { tokens: await contextTokens(service), prompt: await tooLongPrompt(service) }
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
  expect(prompt.trim().split(' ')).toHaveLength(8192)
})
