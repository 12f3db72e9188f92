import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startOnLoopback } from '../../../testing/loopback.ts'
import { createClient } from '../../client/index.ts'
import { startSimulator } from '../../simulator/index.ts'
import { describeInput } from './describe.ts'
import { openFileCounter } from './file-counter.ts'
import { parseLengths } from './lengths.ts'
import { openCounter } from './open-counter.ts'
import { preparePrompts } from './prepare.ts'
import { requestsOf } from './requests.ts'
import { writeFile } from './testing/prompt-file.ts'
import type { TokenCounter } from './token-counter.ts'
import type { Workload } from './workload.ts'

const TOKENIZER = join(import.meta.dirname, '../../../fixtures/vllm-cpu/model/tokenizer.json')
const tokens = (text: string) => parseLengths(text, '--input')
const synthetic = (input: string, more: Partial<Workload> = {}): Workload => ({
  source: { kind: 'synthetic', input: tokens(input) },
  output: tokens('4'),
  ...more,
})
const conversations = [
  { from: 'human', value: 'What is ice?' },
  { from: 'gpt', value: 'It is frozen water.' },
]

test('prompts have the length that the usage of the service says, on both routes', async () => {
  await using simulator = await startSimulator({ profile: 'instant' })
  await using client = await createClient({ dialect: 'openai', baseUrl: simulator.url })
  const counter = await openCounter('server', client)
  const file = writeFile(`{"prompt":"Count to 7."}\n${JSON.stringify({ conversations })}\n`)
  const workloads = [
    synthetic('120', { name: 'plain' }),
    synthetic('normal:60,10', { name: 'prefixed', sharedPrefix: { tokens: 30, share: 1, prefixes: 1 } }),
    { name: 'file', source: { kind: 'file', path: file } },
  ] as const
  for (const route of ['generate', 'chat'] as const) {
    const plan = await preparePrompts(workloads, { seed: 5, route, counter, requests: 30 })
    const made = requestsOf(plan).take(30).toArray()
    for (const { request, inputTokens = 0, workload } of made) {
      const answer = await client.generate(request)
      expect(answer).toMatchObject({ outcome: 'completed', usage: { promptTokens: inputTokens } })
      if (workload === 'plain') expect(Math.abs(inputTokens - 120)).toBeLessThanOrEqual(2)
    }
    // The answer in the file states how long one is.
    const stated = made.find(({ request }) => request.prompt === 'What is ice?')
    expect(stated?.request.maxTokens).toBe(5)
  }
})

test('where words add up the server is asked once for each word, however many prompts there are', async () => {
  const tokenizer = await openFileCounter(TOKENIZER)
  let asked = 0
  await using service = await startOnLoopback(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { prompt, messages } = JSON.parse(body)
    const [count = 0] = await tokenizer.count([messages ? { messages } : { prompt }])
    asked += 1
    // A chat template of seven tokens.
    response.end(JSON.stringify({ count: messages ? count + 7 : count, max_model_len: 4_096 }))
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: service.url })
  const counter = await openCounter(undefined, client)
  const plan = await preparePrompts([synthetic('200')], { seed: 3, route: 'chat', counter, requests: 2_000 })
  expect(plan.counting).toEqual({ by: 'server', place: '/tokenize', chat: 'whole', how: 'sum', checked: 16 })
  expect(asked).toBeLessThan(150)
  const [{ request } = { request: { prompt: '' } }] = requestsOf(plan).take(1).toArray()
  expect(await tokenizer.count([{ prompt: request.prompt }])).toEqual([193])
  expect(describeInput(plan, 500)).toMatchObject({
    counted: 500,
    tokens: { min: 200, max: 200 },
    furthest: 0,
  })
})

test('a block of a trace and a shared prefix have all their tokens before the template closes', async () => {
  const tokenizer = await openFileCounter(TOKENIZER)
  const counter: TokenCounter = {
    ...{ ...tokenizer, chat: 'whole' },
    count: async (texts) =>
      (await tokenizer.count(texts)).map(
        (count, index) => count + ('messages' in (texts[index] ?? {}) ? 7 : 0),
      ),
  }
  const entries = [5, 6].map((id) => ({ inputTokens: 700, outputTokens: 1, hashIds: [1, id] }))
  const trace: Workload = { source: { kind: 'trace', place: 'trace.jsonl', entries } }
  const prefixed = synthetic('700', { sharedPrefix: { tokens: 512, share: 1, prefixes: 1 } })
  for (const workload of [trace, prefixed]) {
    const plan = await preparePrompts([workload], { seed: 1, route: 'chat', counter })
    const [a, b] = requestsOf(plan).take(2).toArray()
    expect([a?.inputTokens, b?.inputTokens]).toEqual([700, 700])
    const [ours = [], others = []] = [a, b].map((made) => made?.request.prompt.split(' '))
    const shared = ours.slice(
      0,
      ours.findIndex((word, index) => word !== others[index]),
    )
    const [tokens = 0] = await tokenizer.count([{ prompt: shared.join(' ') }])
    // A word of each one's own may be the same by chance.
    expect(tokens).toBeGreaterThanOrEqual(512)
    expect(tokens).toBeLessThan(520)
  }
})

test('what the service has no room for is refused with its place, and nothing is sent', async () => {
  const counter = { ...(await openFileCounter(TOKENIZER)), contextTokens: 1_024 }
  const prepare = (workload: Workload) =>
    preparePrompts([workload], { seed: 1, route: 'generate', counter, contextTokens: 1_024 })
  const file = writeFile(`{"prompt":"Hi"}\n{"prompt":"${'lamp '.repeat(900)}"}\n`)
  const entries = [30, 2_000, 3_000].map((inputTokens) => ({ inputTokens, outputTokens: 5 }))
  const trace = { kind: 'trace', place: 'trace.csv', entries } as const
  const refusals: readonly (readonly [Workload, RegExp])[] = [
    [
      synthetic('1021'),
      /The load asks for 1,021 tokens of input and 4 tokens of output, .* has 1,024 tokens/,
    ],
    [synthetic('300', { turns: tokens('4') }), /1,200 tokens of input .* in the 4 turns of a session/],
    [synthetic('2'), /asks for 2 tokens of input, and the shortest prompt has 4/],
    [
      synthetic('64', { sharedPrefix: { tokens: 64, share: 0.5, prefixes: 1 } }),
      /shortest prompt behind its shared prefix has 65/,
    ],
    [{ source: { kind: 'file', path: file } }, /prompts\.jsonl:2 asks for .* tokens of input/],
    [{ source: trace }, /trace\.csv, request 2, asks for 2,000 .*\(and so do 1 more\)/],
    [{ source: trace, turns: tokens('2') }, /--turns does not go with a trace/],
    [{ source: { kind: 'file', path: file }, turns: tokens('2') }, /no conversation of several turns/],
    [
      { ...synthetic('9'), source: trace, sharedPrefix: { tokens: 9, share: 1, prefixes: 1 } },
      /--shared-prefix/,
    ],
  ]
  for (const [workload, says] of refusals) {
    await expect(prepare(workload)).rejects.toThrow(says)
    await expect(prepare(workload)).rejects.toThrow(/nothing was sent\.$/)
  }
  await expect(prepare(synthetic('1020'))).resolves.toBeDefined()
})

test('where words do not add up each prompt is counted and corrected', async () => {
  // In this tokenizer a word is gone where another one follows it.
  const whole = JSON.parse(readFileSync(TOKENIZER, 'utf8'))
  const normalizer = {
    type: 'Replace',
    pattern: { Regex: ' (about|again|day|deep|night|boat|bear) ' },
    content: ' ',
  }
  const file = writeFile(JSON.stringify({ ...whole, normalizer }), 'tokenizer.json')
  const counter = await openFileCounter(file)
  const plan = await preparePrompts([synthetic('200')], { seed: 3, route: 'generate', counter, requests: 40 })
  expect(plan.counting).toMatchObject({ how: 'each', checked: 40 })
  const made = requestsOf(plan).take(41).toArray()
  const counts = await counter.count(made.map(({ request }) => ({ prompt: request.prompt })))
  expect(made.slice(0, 40).map(({ inputTokens }) => inputTokens)).toEqual(counts.slice(0, 40))
  expect(counts.slice(0, 40).every((count) => Math.abs(count - 200) <= 4)).toBe(true)
  // Beyond those that were counted nothing is claimed.
  expect(made[40]).not.toHaveProperty('inputTokens')
})

test('a chat that a tokenizer file counts has no length of its own, and the sentence says what was counted', async () => {
  const counter = await openFileCounter(TOKENIZER)
  const plan = await preparePrompts([synthetic('50')], { seed: 1, route: 'chat', counter })
  expect(requestsOf(plan).next().value).not.toHaveProperty('inputTokens')
  expect(describeInput(plan, 10, 54).says).toBe(
    `input: 50 tokens, mean 50.0, of 10 requests, counted by ${TOKENIZER} without the chat template, which it does not know, at most 0.0 % from what was asked; the server's usage says 54.0 a request`,
  )
})

test('a service without /tokenize leaves prompts uncounted, and says so', async () => {
  await using service = await startOnLoopback((_, response) =>
    response.writeHead(404).end('{"error":"none"}'),
  )
  await using client = await createClient({ dialect: 'openai', baseUrl: service.url })
  const counter = await openCounter(undefined, client)
  const plan = await preparePrompts([synthetic('50')], { seed: 1, route: 'chat', counter })
  expect(describeInput(plan, 10, 61.5)).toMatchObject({
    ...{ counted: 0, repeated: 0 },
    says: expect.stringMatching(
      /^input: not counted \(POST \/tokenize gives no count: .*404.*\); lengths are in words; the server's usage says 61\.5 a request$/,
    ),
  })
  await expect(openCounter('server', client)).rejects.toThrow(/--tokenizer server: POST .*nothing was sent/)
})

test('a file that is shorter than the load repeats itself, which is counted', async () => {
  const file = writeFile('{"prompt":"Hi"}\n{"prompt":"Hello"}\n')
  const counter = await openFileCounter(TOKENIZER)
  const workload: Workload = { source: { kind: 'file', path: file } }
  const plan = await preparePrompts([workload], { seed: 1, route: 'generate', counter })
  expect(describeInput(plan, 10)).toMatchObject({ requests: 10, counted: 10, of: 'prompts', repeated: 8 })
})
