import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { anankeError } from './ananke/generate.ts'
import type { Asked } from './hooks.ts'
import { json, type Reply, readBody, type Stream, sendReply, sendStream } from './http.ts'
import { errorReply } from './openai/envelope.ts'
import { malformed, Refusal } from './refusal.ts'
import { readsBody, routeOf } from './routes.ts'
import type { Simulator } from './simulator.ts'

/** The HTTP server of one simulator, not yet listening. */
export function createApi(sim: Simulator) {
  const server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => {
    const gone = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished && sim.hooks.stopWhenGone(true)) gone.abort()
    })
    serve(sim, request, response, gone.signal).catch(() => {
      // A client that has left, a server that closes, or a stream that may not say why it ends: what was said still leaves.
      response.socket?.destroySoon()
    })
  })
  return server
}

async function serve(
  sim: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
  const { method = 'GET', headers } = request
  let asked: Asked = { path: pathname, method, headers, signal }
  const reply = async (reply: Reply) => sendReply(response, await sim.hooks.reply(reply, asked))
  try {
    const early = await sim.hooks.arrive(undefined, asked)
    if (early) return await reply(early)
    const refused = unauthorized(sim, request, pathname) ?? redirect(request, pathname, search)
    if (refused) return await reply(refused)
    const handle = findRoute(pathname, asked.method)
    if (typeof handle !== 'function') return await reply(handle)
    if (readsBody(pathname, asked.method))
      asked = { ...asked, body: sim.hooks.body(await readJson(sim, request, asked), asked) }
    const answer = await handle(sim, asked)
    if (isStream(answer)) await sendStream(response, sim.hooks.stream(answer, asked), signal)
    else await reply(answer)
  } catch (error) {
    if (signal.aborted || response.headersSent) throw error
    await reply(renderFailure(sim, asked, error))
  }
}

const isStream = (answer: Reply | Stream): answer is Stream => 'events' in answer

function findRoute(pathname: string, method: string) {
  const route = routeOf(pathname)
  if (!route) return json(404, { detail: 'Not Found' })
  const handle = method === 'GET' || method === 'POST' ? route[method] : undefined
  return handle ?? json(405, { detail: 'Method Not Allowed' }, { allow: Object.keys(route).join(', ') })
}

/** A known path with a slash too many is sent to the right one, absolutely, as the real server does. */
function redirect(request: IncomingMessage, pathname: string, search: string): Reply | undefined {
  const trimmed = pathname.slice(0, -1)
  if (!pathname.endsWith('/') || !routeOf(trimmed)) return undefined
  return { status: 307, headers: { location: `http://${request.headers.host}${trimmed}${search}` }, body: '' }
}

function unauthorized(sim: Simulator, request: IncomingMessage, pathname: string): Reply | undefined {
  if (sim.apiKey === undefined || !pathname.startsWith('/v1')) return undefined
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${sim.apiKey}`)
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return undefined
  return json(401, { error: 'Unauthorized' })
}

async function readJson(sim: Simulator, request: IncomingMessage, asked: Asked): Promise<unknown> {
  const body = await readBody(request)
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json')
    throw malformed("Unsupported Media Type: Only 'application/json' is allowed")
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new Refusal(400, 'encoding', 'There was an error parsing the body')
  }
  try {
    return JSON.parse(sim.hooks.text(text, asked))
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw malformed(`JSON decode error: ${error instanceof Error ? error.message : error}`)
  }
}

function renderFailure(sim: Simulator, asked: Asked, error: unknown): Reply {
  const refusal = sim.hooks.refusal(
    error instanceof Refusal ? error : new Refusal(500, 'failed', `Internal server error: ${error}`),
    asked,
  )
  return sim.hooks.refused(renderRefusal(asked, refusal), refusal, asked)
}

function renderRefusal({ path }: Asked, refusal: Refusal): Reply {
  if (refusal.kind === 'encoding') return json(refusal.status, { detail: refusal.message })
  return path === '/generate_api' ? anankeError(refusal) : errorReply(refusal)
}
