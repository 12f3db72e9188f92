import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import { systemClock } from '../clock.ts'
import { createClient } from './http-client.ts'

const TEXT = `data: ${JSON.stringify({ says: 'x'.repeat(100_000) })}\n\ndata: [DONE]\n\n`

test.each([0, 1, 5, 12])(
  'a raw stream that is left open is whole at its end marker, cut %d characters before the end of it',
  async (before) => {
    await using service = await startOnLoopback(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(TEXT.slice(0, TEXT.length - before))
      await systemClock.sleep(30)
      response.write(TEXT.slice(TEXT.length - before))
    })
    await using client = await createClient({ dialect: 'openai', baseUrl: service.url, model: 'm' })
    const reply = await client.send({ path: '/v1/responses', body: '{}' }, { timeoutMs: 20_000 })
    expect(reply).toMatchObject({ outcome: 'completed', status: 200, text: TEXT })
  },
)

test('a raw stream without its end marker that is left open is late', async () => {
  await using service = await startOnLoopback((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .write('data: {"says": "data: [DONE]"}\n\n')
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: service.url, model: 'm' })
  const reply = await client.send({ path: '/v1/responses', body: '{}' }, { timeoutMs: 1_500 })
  expect(reply).toMatchObject({ outcome: 'failed', failure: 'timeout' })
})
