import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createClient } from '../client/index.ts'
import {
  completion,
  DONE,
  delta,
  http,
  json,
  STREAM_HEAD,
  startRawServer,
} from '../client/testing/raw-server.ts'
import { systemClock } from '../clock.ts'
import type { Evidence, Repeat, ServiceAddress } from '../records/index.ts'
import { type RepeatOptions, repeatFailure } from './repeat.ts'
import { findSign } from './sign.ts'
import { failing, type Recorded, recorded } from './testing/evidence.ts'

type Handler = Parameters<typeof startRawServer>[0]
const STORY = {
  model: 'm',
  prompt: 'Tell me a long story of a fox.',
  max_tokens: 64,
  temperature: 0.5,
  seed: 3,
  user: 'x',
}
const DOWN = json({ error: { message: 'engine 7f3a9c21 is gone', type: 'InternalServerError' } }, 500)
const GONE: Recorded = { body: STORY, outcome: 'http-status: HTTP 500: engine 0b11d7e4 is gone', status: 500 }

type Asked = {
  readonly options?: Partial<RepeatOptions>
  readonly address?: Partial<ServiceAddress>
  readonly evidence?: Evidence
  readonly reason?: string
}

/** A recorded failure asked again of a server that answers so. */
async function again(answer: Handler, failure: Recorded, { options, address, reason }: Asked = {}) {
  const server = await startRawServer(answer)
  onTestFinished(() => server[Symbol.asyncDispose]())
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm', ...address })
  const { evidence, sign } = await findSign(failing(recorded(failure), reason), client.dialect)
  if (!evidence || !sign) throw new Error('the recorded exchange shows no failure')
  const repeat = await repeatFailure(evidence, sign, {
    ...{ client, clock: systemClock, maxRequests: 40, maxMs: 20_000, isSometimes: false },
    ...{ env: process.env, ...options },
  })
  return { repeat: tried(repeat), server, sign }
}

function tried(repeat: Repeat): Extract<Repeat, { tried: true }> {
  if (!repeat.tried) throw new Error(repeat.why)
  return repeat
}

test('the request shrinks to what the failure needs, and the curl was run: ids in the message do not count', async () => {
  const { repeat, server } = await again(
    (socket, { body }) => socket.end('seed' in JSON.parse(body) ? DOWN : json(completion('fine'))),
    GONE,
  )
  expect(repeat.minimal).toEqual({ shown: 5, of: 5 })
  expect(repeat.curl).toBe(
    `curl -sS -i '${server.url}/v1/completions' -H 'content-type: application/json' --data-binary '{"model":"m","prompt":"Hi","max_tokens":1,"seed":3}'`,
  )
  expect(repeat.curlRun).toMatchObject({ repeats: 'yes', exitCode: 0 })
  expect(repeat.curlRun?.output).toContain('engine 7f3a9c21 is gone')
  const { stdout } = await promisify(execFile)('sh', ['-c', repeat.curl ?? ''])
  expect(stdout).toContain('engine 7f3a9c21 is gone')
})

test('another failure of the same status is not the same failure', async () => {
  const other = json({ error: { message: 'out of memory' } }, 500)
  const { repeat } = await again((socket) => socket.end(other), GONE)
  expect(repeat).toMatchObject({ recorded: { shown: 0, of: 5 }, requests: 6, curl: 'curl recorded' })
})

test('a failure that is gone: 0 of 5 tries, and nothing is made smaller', async () => {
  const { repeat } = await again((socket) => socket.end(json(completion('fine'))), GONE)
  expect(repeat).toMatchObject({ recorded: { shown: 0, of: 5 }, changes: [] })
  expect(repeat.instead).toContain('completed: finish "stop", text "fine"')
  expect(repeat.minimal).toBeUndefined()
})

test('a flaky failure says how often it came, and each candidate gets the tries that its rate needs', async () => {
  const { repeat } = await again(
    (socket, _, index) => socket.end(index % 3 === 2 ? DOWN : json(completion('fine'))),
    GONE,
    {
      options: { maxRequests: 200 },
    },
  )
  expect(repeat.recorded).toEqual({ shown: 2, of: 5 })
  expect(repeat.minimal?.shown).toBeGreaterThan(0)
  expect(repeat.minimal?.shown).toBeLessThan(repeat.minimal?.of ?? 0)
  expect(repeat.curl).toContain('{"model":"m","prompt":"Hi","max_tokens":1}')
  expect(repeat.curlRun?.repeats).toBe('yes')
})

test('of a failure that the run saw sometimes more tries are made before it counts as gone', async () => {
  const seldom: Handler = (socket, _, index) => socket.end(index === 10 ? DOWN : json(completion('fine')))
  const { repeat } = await again(seldom, GONE, { options: { isSometimes: true, maxRequests: 16 } })
  expect(repeat.recorded).toEqual({ shown: 1, of: 10 })
})

test('no more requests are sent than allowed, and the report says that they ended the search', async () => {
  const { repeat, server } = await again((socket) => socket.end(DOWN), GONE, { options: { maxRequests: 12 } })
  expect(repeat.requests).toBeLessThanOrEqual(12)
  expect(server.requests.length).toBeLessThanOrEqual(12 + 1)
  expect(repeat.stoppedBy).toBe('requests')
})

test('a request that breaks the service for all is not made smaller: what comes after it fails whatever it is', async () => {
  let isBroken = false
  const breaks: Handler = (socket, { body }) => {
    isBroken ||= 'seed' in JSON.parse(body)
    socket.end(isBroken ? DOWN : json(completion('fine')))
  }
  const { repeat } = await again(breaks, GONE)
  expect(repeat.whole).toContain('broken for everyone from then on')
  expect(repeat).toMatchObject({ recorded: { shown: 1, of: 1 } })
  expect(repeat.minimal).toBeUndefined()
  expect(repeat.curl).toContain('Tell me a long story')
})

test('a hang is one when the recorded patience passes again; its curl has that patience and ends with 28', async () => {
  const hang: Recorded = { body: STORY, outcome: 'timeout: no complete answer within 300 ms', e2eMs: 300 }
  const { repeat } = await again(() => {}, hang, { options: { maxMs: 1_200 } })
  expect(repeat.recorded.shown).toBeGreaterThan(0)
  expect(repeat.recorded.shown).toBe(repeat.recorded.of)
  expect(repeat.stoppedBy).toBe('time')
  expect(repeat.curl).toMatch(/^curl --max-time 1 -sS -i 'http/)
  expect(repeat.curlRun).toMatchObject({ exitCode: 28, repeats: 'yes' })
})

test('a stream that is cut keeps "stream", and curl sees it too', async () => {
  const cut: Recorded = {
    body: { ...STORY, stream: true },
    outcome: 'truncated-stream: it ended without [DONE]',
    status: 200,
  }
  const { repeat } = await again(
    (socket, { body }) =>
      JSON.parse(body).stream
        ? socket.end(`${STREAM_HEAD}${delta('a')}${delta('b')}`)
        : socket.end(json(completion('fine'))),
    cut,
  )
  expect(repeat.minimal).toEqual({ shown: 5, of: 5 })
  expect(repeat.curl).toContain('-N')
  expect(repeat.curl).toContain('"stream":true')
  expect(repeat.curlRun?.repeats).toBe('yes')
})

test('a whole stream is no cut one', async () => {
  const cut: Recorded = {
    body: { ...STORY, stream: true },
    outcome: 'truncated-stream: it ended without [DONE]',
    status: 200,
  }
  const { repeat } = await again((socket) => socket.end(`${STREAM_HEAD}${delta('a', 'stop')}${DONE}`), cut)
  expect(repeat.recorded).toEqual({ shown: 0, of: 5 })
})

const SCHEMA = {
  type: 'object',
  properties: { age: { type: 'integer' }, name: { type: 'string' } },
  required: ['age', 'name'],
}
const FORMAT = { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: SCHEMA } } }

test('an answer that breaks its schema is judged anew by the schema of each smaller request', async () => {
  const text = '{"age":"old","name":"Ida"}'
  const broken: Recorded = {
    ...{ body: { ...STORY, ...FORMAT }, outcome: 'completed: finish "stop"', status: 200 },
    answer: JSON.stringify(completion(text)),
  }
  const { repeat, sign } = await again((socket) => socket.end(json(completion(text))), broken, {
    reason: 'the answer did not hold',
  })
  expect(sign.by).toBe('constraint')
  expect(JSON.parse(/--data-binary '(.*)'$/.exec(repeat.curl ?? '')?.[1] ?? '')).toEqual({
    ...{ model: 'm', prompt: 'Hi', max_tokens: 1 },
    response_format: {
      json_schema: { schema: { type: 'object', properties: { age: { type: 'integer' } } } },
    },
  })
  expect(repeat.curlRun?.repeats).toBe('yes')
})

test('a secret stands in the curl as its variable, and never in what curl printed', async () => {
  vi.stubEnv('BUG_KEY', 'sk-very-secret-value')
  onTestFinished(() => void vi.unstubAllEnvs())
  const echo: Handler = (socket, { head }) =>
    socket.end(
      head.includes('Bearer sk-very-secret-value')
        ? http(500, `{"error":{"message":"engine is gone for sk-very-secret-value"}}`, {
            'content-type': 'application/json',
          })
        : json({ error: { message: 'who are you' } }, 401),
    )
  const { repeat } = await again(
    echo,
    {
      body: STORY,
      outcome: 'http-status: HTTP 500: engine is gone for [secret from environment variable BUG_KEY]',
      status: 500,
      headers: { authorization: 'Bearer [secret from environment variable BUG_KEY]' },
    },
    {
      address: { secretHeaders: [{ name: 'authorization', source: { env: 'BUG_KEY' }, prefix: 'Bearer ' }] },
    },
  )
  expect(repeat.curl).toContain(`'authorization: Bearer '"$BUG_KEY"''`)
  expect(repeat.curlRun?.repeats).toBe('yes')
  expect(JSON.stringify(repeat)).not.toContain('sk-very-secret-value')
})
