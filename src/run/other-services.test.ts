import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HEALTHY } from '../../testing/healthy.ts'
import { broken, judgeService } from '../checks/testing/judge-service.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/index.ts'
import { startProxy } from './testing/proxy.ts'

const [CHAT, COMPLETIONS] = ['/v1/chat/completions', '/v1/completions']
/** What these services could be blamed for. Crowds and timing are the simulator's alone, and slow a machine that runs other tests. */
const chosen = ({ entry: { id, suite } }: DeclaredPromise): boolean =>
  /^(errors|generation|structured-outputs)$/.test(suite)
    ? !/crowd|too-long|lives-on/.test(id)
    : /^health.(answers|agrees|deep|empty|lists)|^streaming.(equals|keeps-char|holds|ends|sends)/.test(id)
const only =
  (...ids: readonly string[]) =>
  ({ entry }: DeclaredPromise): boolean =>
    ids.includes(entry.id)

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant' })
})
afterAll(() => simulator[Symbol.asyncDispose]())

/** As nginx writes its own answers. */
const page = (response: ServerResponse, status: number): void => {
  response.writeHead(status, { 'content-type': 'text/html', server: 'nginx' })
  response.end(`<html><head><title>${status}</title></head><body><center>nginx</center></body></html>`)
}
const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

type Taken = (path: string, response: ServerResponse, body: string, request: IncomingMessage) => unknown

/** The simulator behind what answers some requests itself: anything but undefined takes the request. */
const behind = (take: Taken) =>
  startProxy(simulator.url, (request, response, body) => {
    take((request.url ?? '').split('?')[0] ?? '', response, body, request)
    return response.writableEnded
  })

describe(HEALTHY, () => {
  test.each<[string, Taken, readonly string[]]>([
    [
      'a router with a health, a version and model refusals of its own',
      (path, response, body) => {
        if (path === '/health') json(response, 200, { status: 'healthy' })
        if (path === '/version') json(response, 200, { version: '0.1.9' })
        if (/no-such-model/.test(body))
          json(response, 400, { error: 'Model infergate/no-such-model not found.' })
      },
      [],
    ],
    [
      'an edge that serves chat and models alone and answers the rest with pages',
      (path, response) => path !== CHAT && path !== '/v1/models' && page(response, 404),
      ['completions'],
    ],
    ['completions alone', (path, response) => path === CHAT && page(response, 404), ['chat']],
    [
      'counters, health and version that are closed to us',
      (path, response) => /^\/(metrics|health|version)$/.test(path) && page(response, 403),
      [],
    ],
    [
      'a list of models that is closed to us',
      (path, response) => path === '/v1/models' && page(response, 401),
      [],
    ],
    [
      'an edge that takes bodies of a megabyte and closes paths that it does not list',
      (path, response, body) => {
        if (body.length > 1_000_000) page(response, 413)
        else if (!/^\/(metrics|health|version|v1\/(models|(chat\/)?completions))$/.test(path))
          page(response, 403)
      },
      [],
    ],
  ])(
    '%s: no check fails, none is left open',
    async (_name, take, absent) => {
      await using proxy = await behind(take)
      const { profile, checks } = await judgeService(proxy.url, chosen)
      expect(broken(checks)).toEqual([])
      expect(profile.engine).toBe('vllm')
      expect(Object.keys(profile.absentRoutes ?? {})).toEqual(absent)
    },
    60_000,
  )
})

describe(HEALTHY, () => {
  test.each([128, 160])('a context of %i tokens is never asked for more than it holds', async (context) => {
    await using small = await startSimulator({ profile: 'instant', maxModelLen: context })
    const limits: number[] = []
    await using proxy = await startProxy(small.url, (_request, _response, body) => {
      const limit = /"max_tokens":(\d+)/.exec(body)?.[1]
      if (limit !== undefined) limits.push(Number(limit))
      return false
    })
    const { checks } = await judgeService(
      proxy.url,
      (promise) =>
        /^(generation|structured-outputs|streaming)$/.test(promise.entry.suite) &&
        promise.definition.alone !== 'times',
    )
    expect(broken(checks)).toEqual([])
    expect(checks.get('generation.reads-the-whole-prompt')?.outcome).toBe('passed')
    // A prompt takes the rest.
    expect(Math.max(...limits)).toBe(context - 64)
  })
})

test('a page that answers for health, as a catch-all has one for every path, is no health', async () => {
  await using proxy = await behind((path, response) => path === '/health' && page(response, 200))
  const { checks } = await judgeService(proxy.url, only('health.empty-body', 'health.deep-agrees'))
  expect(checks.get('health.empty-body')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('health answered with a page'),
  })
})

test('a refusal that says nothing is the application`s; a page is not', async () => {
  for (const [answers, outcome] of [
    [(response: ServerResponse) => response.writeHead(400).end(), 'failed'],
    [(response: ServerResponse) => page(response, 400), 'not-applicable'],
  ] as const) {
    await using proxy = await behind((path, response) =>
      path === CHAT || path === COMPLETIONS ? answers(response) : undefined,
    )
    const { checks } = await judgeService(proxy.url, only('errors.says-why'))
    expect(checks.get('errors.says-why')).toMatchObject({ outcome })
  }
})

test('nothing is sent to a route that is not there', async () => {
  const sent: string[] = []
  await using proxy = await behind((path, response) => {
    sent.push(path)
    if (path === COMPLETIONS) page(response, 404)
  })
  const { checks } = await judgeService(proxy.url, ({ entry }) => /^(errors|generation)$/.test(entry.suite))
  expect(broken(checks)).toEqual([])
  // The one look that found it absent.
  expect(sent.filter((path) => path === COMPLETIONS)).toHaveLength(1)
})

test('a chat route that takes what it has to refuse is named, where it is the only one and where it is not', async () => {
  const lax: Taken = (path, response, body) => {
    const isBad = /"temperature":-1/.test(body) || !/^[\s\S]*\}$/.test(body) || /"messages":\{/.test(body)
    if (path === CHAT && isBad) json(response, 200, CHAT_ANSWER)
  }
  const ids = ['errors.broken-json', 'errors.bad-parameters', 'errors.wrong-types']
  for (const isAlone of [true, false]) {
    await using proxy = await behind((path, response, body, request) => {
      if (isAlone && path === COMPLETIONS) page(response, 404)
      else lax(path, response, body, request)
    })
    const { checks } = await judgeService(proxy.url, only(...ids))
    for (const id of ids) {
      expect(checks.get(id)).toMatchObject({ outcome: 'failed' })
      if (!isAlone) expect(checks.get(id)?.reason).toContain('on chat: not refused')
      expect(checks.get(id)?.reason).not.toContain('on completions')
    }
  }
})

const CHAT_ANSWER = {
  ...{ id: 'chat-1', object: 'chat.completion', model: 'infergate-simulated' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
}

/** Hands a request on without some of its fields; false where it has none of them. */
function handOnWithout(
  fields: readonly string[],
  path: string,
  response: ServerResponse,
  body: string,
): boolean {
  const asked: Record<string, unknown> = JSON.parse(body)
  const kept = Object.fromEntries(Object.entries(asked).filter(([name]) => !fields.includes(name)))
  if (Object.keys(kept).length === Object.keys(asked).length) return false
  fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(kept),
  }).then(
    async (reply) => {
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' })
      response.end(await reply.text())
    },
    () => response.destroy(),
  )
  return true
}

test('a gateway that lets OpenAI`s own fields through alone is no vLLM, whatever refusals it hands on', async () => {
  const own = ['structured_outputs', 'guided_choice', 'guided_regex', 'regex', 'min_tokens', 'ignore_eos']
  await using gateway = await startProxy(simulator.url, (request, response, body) => {
    const path = request.url ?? ''
    if (path === '/v1/models') json(response, 500, { status: 'failure' })
    else if (request.method === 'GET') json(response, 404, { status: 'failure' })
    else if (body.startsWith('{"model"'))
      return handOnWithout(path === COMPLETIONS ? [...own, 'response_format'] : own, path, response, body)
    return response.writableEnded
  })
  const asked = only(
    'structured-outputs.schema-binds',
    'structured-outputs.regex-binds',
    'generation.keeps-the-floor',
  )
  const { profile, checks } = await judgeService(gateway.url, asked, { model: 'infergate-simulated' })
  expect(profile).toMatchObject({ engine: 'unknown', wire: { formatted: 'chat' } })
  expect(broken(checks)).toEqual([])
  expect(checks.get('structured-outputs.schema-binds')?.outcome).toBe('passed')
})

/** What is said of the chat route when it alone loses a field of its requests. */
test.concurrent.each([
  ['stop', 'generation.stops-at-a-stop', 'a stop string on chat'],
  ['stop', 'streaming.holds-stops-back', 'a stop string on chat'],
  ['max_tokens', 'generation.keeps-the-cap', 'an answer on chat'],
  ['min_tokens', 'generation.keeps-the-floor', 'an answer on chat'],
  ['ignore_eos', 'generation.finishes-long-answers', 'a long answer on chat'],
  ['seed', 'generation.keeps-seeds', 'a seed on chat'],
  ['temperature', 'generation.is-greedy-at-zero', 'a greedy answer on chat'],
  ['structured_outputs', 'structured-outputs.choice-binds', 'chat: '],
])('a chat route that ignores %s is caught by %s, which names it', async (field, id, named) => {
  await using proxy = await startProxy(simulator.url, (request, response, body) => {
    if (request.url !== CHAT || !body.startsWith('{"model"')) return false
    return handOnWithout([field], CHAT, response, body)
  })
  const { checks } = await judgeService(proxy.url, only(id))
  expect(checks.get(id)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(named) })
})

describe('an engine that nobody knows', () => {
  /** Says that somebody else owns the model, and hides what would tell vLLM. */
  const unknown =
    (take: Taken): Taken =>
    (path, response, body, request) => {
      if (path === '/metrics') page(response, 404)
      else if (path === '/v1/models')
        json(response, 200, { data: [{ id: 'infergate-simulated', owned_by: 'me' }] })
      else take(path, response, body, request)
    }

  test('may answer what others do by design: below 0 greedily, without a prompt by loading', async () => {
    await using proxy = await behind(
      unknown((path, response, body) => {
        const isLax = /"temperature":-1/.test(body) || !/"(prompt|messages)":|broken/.test(body)
        if (isLax && path === CHAT) json(response, 200, CHAT_ANSWER)
        if (isLax && path === COMPLETIONS && !/"stream":true/.test(body))
          json(response, 200, { ...CHAT_ANSWER, choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }] })
      }),
    )
    const { profile, checks } = await judgeService(
      proxy.url,
      only('errors.bad-parameters', 'errors.missing-prompt'),
    )
    expect(profile.engine).toBe('unknown')
    for (const { outcome, reason } of checks.values()) {
      expect(outcome).toBe('not-applicable')
      expect(reason).toMatch(/only vLLM and ananke promise to refuse it; here it is HTTP 200/)
    }
  })

  test('is failed where it breaks on a bad request', async () => {
    await using proxy = await behind(
      unknown((_, response, body) => /"temperature":-1/.test(body) && json(response, 500, { error: 'boom' })),
    )
    const { checks } = await judgeService(proxy.url, only('errors.bad-parameters'))
    expect(checks.get('errors.bad-parameters')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('HTTP 500'),
    })
  })
})
