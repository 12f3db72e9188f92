import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROFILES } from './profiles.ts'
import { type RunningSimulator, startSimulator } from './start.ts'
import { exchange } from './testing/exchange.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator.close())

/** The default's pace, without its load. */
const PACED = { ...PROFILES.default, loadMs: [0, 0] } as const

const metric = async (url: string, series: string) => {
  const { text } = await exchange(url, '/metrics')
  const line = text.split('\n').find((line) => line.startsWith(`vllm:${series}`))
  return Number(line?.split(' ').at(-1))
}

test('health and ping are 200 with an empty body', async () => {
  for (const path of ['/health', '/ping']) {
    const reply = await exchange(simulator.url, path)
    expect([reply.status, reply.text, reply.headers['content-length']]).toEqual([200, '', '0'])
  }
})

test('version, load and models answer as vLLM does', async () => {
  expect(JSON.parse((await exchange(simulator.url, '/version')).text)).toEqual({ version: '0.32.0' })
  expect(JSON.parse((await exchange(simulator.url, '/load')).text)).toEqual({ server_load: 0 })
  const { data } = JSON.parse((await exchange(simulator.url, '/v1/models')).text)
  expect(data).toMatchObject([{ id: 'infergate-simulated', object: 'model', max_model_len: 4096 }])
})

test('tokenize counts what usage counts', async () => {
  const { text } = await exchange(simulator.url, '/tokenize', { body: { prompt: 'naïve ☃' } })
  const { count, tokens } = JSON.parse(text)
  const body = { prompt: 'naïve ☃', max_tokens: 1 }
  const { usage } = JSON.parse((await exchange(simulator.url, '/v1/completions', { body })).text)
  expect([count, tokens.length]).toEqual([usage.prompt_tokens, usage.prompt_tokens])
})

test.each([
  ['/nope', 'GET', 404, { detail: 'Not Found' }],
  ['/v1/completions', 'GET', 405, { detail: 'Method Not Allowed' }],
  ['/health', 'DELETE', 405, { detail: 'Method Not Allowed' }],
  ['/is_sleeping', 'GET', 404, { detail: 'Not Found' }],
])('%s by %s is %i', async (path, method, status, body) => {
  const reply = await exchange(simulator.url, path, { method })
  expect([reply.status, JSON.parse(reply.text)]).toEqual([status, body])
})

test('a trailing slash is sent to the right path by an absolute 307', async () => {
  const reply = await exchange(simulator.url, '/v1/models/?a=1')
  expect([reply.status, reply.headers.location]).toEqual([307, `${simulator.url}/v1/models?a=1`])
})

test('a request line that is no URL does not bring the server down', async () => {
  const socket = connect(simulator.port, '127.0.0.1')
  const answered = new Promise((resolve) => socket.on('close', resolve))
  socket.end('GET // HTTP/1.1\r\nhost: []\r\nconnection: close\r\n\r\n')
  socket.resume()
  await answered
  expect((await exchange(simulator.url, '/health')).status).toBe(200)
})

test('a body beyond 32 MB is refused and the server lives on', async () => {
  const reply = await exchange(simulator.url, '/v1/completions', {
    body: Buffer.alloc(33 * 1024 * 1024, 0x20),
  })
  expect(reply.status).toBe(413)
  expect((await exchange(simulator.url, '/health')).status).toBe(200)
})

test('an API key guards /v1 and nothing else', async () => {
  await using guarded = await startSimulator({ profile: 'instant', apiKey: 'open-sesame' })
  const models = async (authorization?: string) =>
    exchange(guarded.url, '/v1/models', authorization === undefined ? {} : { headers: { authorization } })
  for (const wrong of [undefined, 'Bearer x', 'Bearer open-sesam', 'open-sesame']) {
    const reply = await models(wrong)
    expect([reply.status, reply.text]).toEqual([401, '{"error":"Unauthorized"}'])
  }
  expect((await models('Bearer open-sesame')).status).toBe(200)
  for (const open of ['/health', '/metrics', '/version'])
    expect((await exchange(guarded.url, open)).status).toBe(200)
})

test('counters move by what was asked for, and by nothing else', async () => {
  const series = [
    'prompt_tokens_total',
    'generation_tokens_total',
    'request_success_total{finished_reason="length"',
  ]
  const read = () => Promise.all(series.map((name) => metric(simulator.url, name)))
  const before = await read()
  const body = { prompt: 'Tell me more', max_tokens: 9, ignore_eos: true }
  await exchange(simulator.url, '/v1/completions', { body })
  expect((await read()).map((value, index) => value - (before[index] ?? 0))).toEqual([3, 9, 1])
})

const LONG = { prompt: 'Tell me a story.', max_tokens: 3000, ignore_eos: true, stream: true }

test('metrics name every family once, with its type, and when the process began', async () => {
  const { text, headers } = await exchange(simulator.url, '/metrics')
  expect(headers['content-type']).toContain('text/plain; version=1.0.0')
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
  expect(types).toEqual([
    'process_start_time_seconds gauge',
    'vllm:num_requests_running gauge',
    'vllm:num_requests_waiting gauge',
    'vllm:kv_cache_usage_perc gauge',
    'vllm:prompt_tokens counter',
    'vllm:generation_tokens counter',
    'vllm:num_preemptions counter',
    'vllm:prefix_cache_queries counter',
    'vllm:prefix_cache_hits counter',
    'vllm:request_success counter',
    'vllm:admission_rejections counter',
    'vllm:time_to_first_token_seconds histogram',
    'vllm:inter_token_latency_seconds histogram',
    'vllm:e2e_request_latency_seconds histogram',
    'vllm:request_queue_time_seconds histogram',
    'vllm:request_inference_time_seconds histogram',
    'vllm:request_prefill_time_seconds histogram',
    'vllm:request_decode_time_seconds histogram',
  ])
  const started = Number(/^process_start_time_seconds (.*)$/m.exec(text)?.[1])
  expect(Math.abs(Date.now() / 1000 - started)).toBeLessThan(60)
})

test('a prompt seen before hits the prefix cache by whole blocks', async () => {
  const hits = () => metric(simulator.url, 'prefix_cache_hits_total')
  const body = { prompt: `Once more: ${'la '.repeat(40)}`, max_tokens: 1 }
  const before = await hits()
  await exchange(simulator.url, '/v1/completions', { body })
  expect(await hits()).toBe(before)
  await exchange(simulator.url, '/v1/completions', { body })
  expect((await hits()) - before).toBe(32)
})

test('a client that leaves is noticed: the batch and the KV cache are empty at once', async () => {
  await using slow = await startSimulator({ profile: PACED })
  const gone = await exchange(slow.url, '/v1/completions', { body: LONG, leaveAfterBytes: 500 })
  expect(gone.complete).toBe(false)
  await expect.poll(() => metric(slow.url, 'num_requests_running'), { timeout: 10_000 }).toBe(0)
  expect(await metric(slow.url, 'kv_cache_usage_perc')).toBe(0)
  expect(await metric(slow.url, 'request_success_total{finished_reason="abort"')).toBe(1)
  const made = await metric(slow.url, 'generation_tokens_total')
  expect(made).toBeLessThan(1_000)
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(await metric(slow.url, 'generation_tokens_total')).toBe(made)
})

test('what does not fit the batch waits; what does not fit the queue is 503, in a stream an event', async () => {
  await using small = await startSimulator({ profile: PACED, maxNumSeqs: 1, maxQueued: 1 })
  const leaving = [1, 2].map(() =>
    exchange(small.url, '/v1/completions', { body: { ...LONG, max_tokens: 150 } }),
  )
  await expect.poll(() => metric(small.url, 'num_requests_waiting'), { timeout: 10_000 }).toBe(1)
  expect(await metric(small.url, 'num_requests_running')).toBe(1)
  const refused = await exchange(small.url, '/v1/completions', { body: { prompt: 'x' } })
  expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([503, 503])
  const streamed = await exchange(small.url, '/v1/completions', { body: LONG })
  expect(streamed.status).toBe(200)
  expect(streamed.text).toMatch(/^data: \{"error":\{.*"code":503\}\}\n\ndata: \[DONE\]\n\n$/)
  for (const reply of await Promise.all(leaving)) expect(reply.text).toContain('[DONE]')
  expect(await metric(small.url, 'admission_rejections_total')).toBe(2)
})

test('the port is refused until the model is loaded', async () => {
  const probe = await startSimulator({ profile: 'instant' })
  const { port } = probe
  await probe.close()
  const starting = startSimulator({ profile: 'default', port })
  await expect(exchange(`http://127.0.0.1:${port}`, '/health')).rejects.toThrow(/ECONNREFUSED/)
  await using started = await starting
  expect((await exchange(started.url, '/health')).status).toBe(200)
})

test('a port that is taken is said so', async () => {
  await expect(startSimulator({ profile: 'instant', port: simulator.port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${simulator.port}`,
  )
})
