import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { startOnLoopback } from '../../../testing/loopback.ts'
import { systemClock } from '../../clock.ts'
import { createRandom } from '../../random.ts'
import type { Fault, FaultyServer } from '../faults/fault.ts'
import { type Asked, composeHooks, type Hooks } from '../hooks.ts'
import { type Reply, type Stream, sendReply, sendStream } from '../http.ts'
import { errorReply } from '../openai/envelope.ts'
import { PROFILES } from '../profiles.ts'
import { Refusal } from '../refusal.ts'

/** The hooks of a fault that takes hold of the wire alone: it can stand before any server. */
const ON_THE_WIRE: readonly string[] = ['arrive', 'text', 'body', 'stream', 'reply'] satisfies (keyof Hooks)[]

/** Whether a fault needs nothing but the wire of the server that it spoils. */
export const isOnTheWire = (fault: Fault): boolean =>
  Object.keys(fault.arm(facts('any', () => 0))).every((hook) => ON_THE_WIRE.includes(hook))

function facts(model: string, inFlight: () => number): FaultyServer {
  return {
    ...{ dialect: 'openai', profile: PROFILES.default, clock: systemClock, random: createRandom(1), model },
    ...{ inFlight, killEngine: () => {}, freezeQueue: () => {} },
  }
}

/** The same switch as in the simulator, in front of a server of somebody else. */
export function startFaultyProxy(
  service: string,
  fault: Fault,
  model: string,
): Promise<{ readonly url: string } & AsyncDisposable> {
  let inFlight = 0
  const hooks = composeHooks([fault.arm(facts(model, () => inFlight))])
  return startOnLoopback(async (request, response) => {
    inFlight += 1
    response.once('close', () => {
      inFlight -= 1
    })
    await serve(service, hooks, request, response).catch(() => response.destroy())
  })
}

async function serve(service: string, hooks: Hooks, request: IncomingMessage, response: ServerResponse) {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const { url = '/', method = 'GET', headers } = request
  let asked: Asked = { path: new URL(url, service).pathname, method, headers, signal: gone.signal }
  const reply = async (answer: Reply) => sendReply(response, await hooks.reply(answer, asked))
  try {
    const early = await hooks.arrive(undefined, asked)
    if (early) return await reply(early)
    const bytes = Buffer.concat(await request.toArray())
    const body = parsed(hooks, bytes, asked)
    if (body !== undefined) asked = { ...asked, body: hooks.body(body, asked) }
    const sent = body === undefined ? bytes : Buffer.from(JSON.stringify(asked.body))
    const answer = await ask(new URL(url, service), request, sent, gone.signal)
    if (answer.headers['content-type']?.startsWith('text/event-stream'))
      return await sendStream(response, hooks.stream(streamOf(answer, asked), asked), gone.signal)
    await reply(await replyOf(answer))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await reply(errorReply(error))
  }
}

/** The body as JSON; undefined where the server itself has to say what is wrong with it. */
function parsed(hooks: Hooks, bytes: Buffer, asked: Asked): unknown {
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(hooks.text(new TextDecoder('utf-8', { fatal: true }).decode(bytes), asked))
  } catch {
    return undefined
  }
}

function ask(url: URL, { method, headers }: IncomingMessage, body: Buffer, signal: AbortSignal) {
  const { host: _, 'content-length': __, ...kept } = headers
  return new Promise<IncomingMessage>((resolve, reject) => {
    const length = body.length > 0 ? { 'content-length': String(body.length) } : {}
    const onward = forward(url, { method, headers: { ...kept, ...length }, signal }, resolve)
    onward.on('error', reject)
    onward.end(body)
  })
}

async function replyOf(answer: IncomingMessage): Promise<Reply> {
  const { statusCode: status = 502, headers } = answer
  const body = Buffer.concat(await answer.toArray()).toString()
  return { status, headers: kept(headers), body }
}

const kept = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    ['content-type', 'x-request-id', 'allow', 'location'].flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )

function streamOf(answer: IncomingMessage, { path }: Asked): Stream {
  return {
    headers: kept(answer.headers),
    events: eventsOf(answer),
    ...(path === '/v1/responses' && { nameOf: (event: string) => JSON.parse(event).type }),
  }
}

async function* eventsOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  for await (const text of answer.setEncoding('utf8')) {
    const blocks = `${rest}${text}`.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data:'))
      if (data !== undefined) yield data.slice('data:'.length).trim()
    }
  }
}
