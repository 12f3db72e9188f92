import { payloads } from '../testing/exchange.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { within } from '../testing/patience.ts'
import { streamingFaults } from './streaming.ts'

const BODY = { prompt: 'Tell me a story.', max_tokens: 40, temperature: 0, stream: true }
const stream = async ({ post }: Look, fields: object = {}) => {
  const reply = await post('/v1/completions', { ...BODY, ...fields })
  const events = payloads(reply.text)
  const chunks = events.filter((event) => event.startsWith('{')).map((event) => JSON.parse(event))
  const text = chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('')
  return { reply, events, chunks, text }
}
const whole = async ({ post }: Look, fields: object = {}): Promise<string> =>
  JSON.parse((await post('/v1/completions', { ...BODY, stream: false, ...fields })).text).choices[0].text

testFaults(streamingFaults, {
  'no-finish-no-done': async (look) => {
    const { reply, events, chunks } = await stream(look)
    const finished = chunks.some((chunk) => chunk.choices[0]?.finish_reason)
    return reply.complete && !finished && !events.includes('[DONE]')
  },
  'usage-chunk-missing': async (look) => {
    const { chunks } = await stream(look, { stream_options: { include_usage: true } })
    return !chunks.some((chunk) => chunk.usage)
  },
  'stream-loses-tokens': async (look) => (await stream(look)).text !== (await whole(look)),
  'ufffd-in-stream': async (look) => {
    const fields = { prompt: 'Repeat: "naïve ☃ 안녕"', max_tokens: 60 }
    return (
      (await stream(look, fields)).text.includes('\uFFFD') && !(await whole(look, fields)).includes('\uFFFD')
    )
  },
  'stop-prefix-streamed': async (look) => {
    const stop = [(await whole(look)).slice(10, 16)]
    return (await stream(look, { stop })).text.length > (await whole(look, { stop })).length
  },
  'buffered-by-proxy': async (look) => {
    const { reply } = await stream(look, { max_tokens: 100, ignore_eos: true })
    return reply.headersMs > reply.tookMs * 0.5
  },
  'open-after-done': async ({ post }) => !(await within(400, post('/v1/completions', BODY))),
  'chunked-cut': async (look) => !(await stream(look)).reply.complete,
})
