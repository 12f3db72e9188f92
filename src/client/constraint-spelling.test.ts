import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { startOnLoopback } from '../../testing/loopback.ts'
import type { ServiceProfile } from '../records/index.ts'
import type { Client } from './client.ts'
import { createClient } from './http-client.ts'
import { profileService } from './profile.ts'
import { completion } from './testing/raw-server.ts'

type Body = Readonly<Record<string, unknown>>
type Answer = (body: Body, path: string, response: ServerResponse) => string

/** What a service says that holds the answer to `allowed` where it understands the request. */
const orElse = (allowed: unknown): string => (typeof allowed === 'string' ? allowed : 'Once upon a time')
const oneOf = (given: unknown): string => orElse(Object(given).choice?.[0])

async function ask<T>(
  answer: Answer,
  owner: string,
  look: (profile: ServiceProfile, client: Client) => T,
  version = '0.1.9',
): Promise<T> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}')
    const say = (said: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(said))
    if (request.url === '/v1/models') return say({ data: [{ id: 'tiny', owned_by: owner }] })
    if (request.url === '/version') return say({ version })
    if (request.method === 'GET') return response.writeHead(404).end()
    const isChat = request.url === '/v1/chat/completions'
    const text = answer(body, isChat ? 'chat' : 'generate', response)
    if (response.writableEnded) return
    return say(isChat ? chat(text) : completion(text))
  }
  await using server = await startOnLoopback((request, response) => void handle(request, response))
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url })
  const profile = await profileService(client)
  client.configure(profile)
  return look(profile, client)
}

const chat = (content: string) => ({
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
})

const encoded = (kind: 'regex' | 'choice') => (_: ServiceProfile, client: Client) => {
  const constraint =
    kind === 'regex' ? ({ kind, pattern: 'a+' } as const) : ({ kind, choices: ['a.b', 'c'] } as const)
  const { operation, body } = client.dialect.encode({ prompt: 'x', maxTokens: 1, constraint }, 'tiny')
  const { model: _model, prompt: _prompt, messages: _messages, max_tokens: _max, ...own } = body
  return [operation, JSON.parse(JSON.stringify(own))]
}
const missing = ({ missing: { regex, choice } }: ServiceProfile) => [regex, choice]

test('the spelling that binds is used, whatever engine and version say', async () => {
  const today: Answer = (body) => oneOf(body['structured_outputs'])
  const before: Answer = (body) => orElse(Object(body['guided_choice'])[0])
  const sglang: Answer = (body) => orElse(/^\((\w+)\)$/.exec(String(body['regex']))?.[1])
  expect(await ask(today, 'somebody', encoded('regex'))).toEqual([
    'generate',
    { structured_outputs: { regex: 'a+' } },
  ])
  expect(await ask(before, 'vllm', encoded('regex'), '0.32.0')).toEqual(['generate', { guided_regex: 'a+' }])
  expect(await ask(sglang, 'sglang', encoded('choice'))).toEqual(['generate', { regex: '(a\\.b|c)' }])
})

test('of an engine that is not vLLM a constraint is asked for on the route on which it binds', async () => {
  const onChat: Answer = (body, route) => (route === 'chat' ? oneOf(body['structured_outputs']) : 'no')
  expect(await ask(onChat, 'somebody', encoded('choice'))).toEqual([
    'chat',
    { structured_outputs: { choice: ['a.b', 'c'] } },
  ])
  expect(await ask(onChat, 'somebody', ({ wire }) => wire?.['spelled'])).toBe('chat')
  // A vLLM that binds on one route only is broken there, and shall be seen.
  expect(await ask(onChat, 'vllm', encoded('choice'))).toMatchObject(['generate', {}])
})

test('a vLLM that drops every constraint has the capability all the same; a router`s version does not decide', async () => {
  const drops: Answer = () => 'Once upon a time'
  for (const version of ['0.1.9', '0.32.0', 'main']) {
    expect(await ask(drops, 'vllm', missing, version)).toEqual([undefined, undefined])
    expect(await ask(drops, 'vllm', encoded('regex'), version)).toMatchObject([
      'generate',
      { structured_outputs: { regex: 'a+' } },
    ])
  }
  expect(await ask(drops, 'vllm', encoded('regex'), '0.10.2')).toMatchObject([
    'generate',
    { guided_regex: 'a+' },
  ])
})

test('where nothing binds on an engine that nobody knows, the reason says what was asked and what came', async () => {
  const [regex, choice] = await ask(() => 'Once upon a time', 'somebody', missing)
  expect(regex).toMatch(
    /structured_outputs \(completions\): "Once upon a time" where only "\w{6}" is allowed/,
  )
  expect(regex).toMatch(/guided_choice \(chat\)/)
  expect(choice).toBe(regex)
})

test('an answer that is neither served nor refused hides nothing: the checks shall see it', async () => {
  const breaks: Answer = (body, _, response) => {
    if (body['structured_outputs']) response.writeHead(500).end('boom')
    return 'Once upon a time'
  }
  expect(await ask(breaks, 'somebody', missing)).toEqual([undefined, undefined])
  expect(await ask(breaks, 'somebody', encoded('regex'))).toMatchObject([
    'generate',
    { structured_outputs: {} },
  ])
})

test('a rate limit changes nothing of what a service is', async () => {
  let asked = 0
  const limited: Answer = (body, _, response) => {
    asked += 1
    if (asked % 3 !== 0)
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"error":"slow down"}')
    return oneOf(body['structured_outputs'])
  }
  expect(await ask(limited, 'somebody', missing)).toEqual([undefined, undefined])
})
