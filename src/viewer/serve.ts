import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import { sendText } from './answers.ts'
import { Feed } from './feed.ts'
import { LiveRuns } from './live-runs.ts'
import { refuse, stepsOf } from './refuse.ts'
import { answer } from './routes.ts'
import { Runs } from './runs.ts'

export type Viewer = AsyncDisposable & {
  /** Without a slash at its end. */
  readonly url: string
}

/** More than a browser opens, and few enough for one process. */
const MOST_CONNECTIONS = 256
/** A connection on which nothing moves for so long is closed. */
const STILL_MS = 120_000

/**
 * Serves a reports folder to the browsers of this machine, and to nobody else. `port` 0 is a free one. Throws `port-taken`.
 */
export async function startViewer(
  root: string,
  { port = 0, clock = systemClock }: { readonly port?: number; readonly clock?: Clock } = {},
): Promise<Viewer> {
  const feed = new Feed(clock)
  const place = { root, runs: new Runs(root, clock), live: new LiveRuns(), feed, clock }
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 5_000, maxHeaderSize: 16 * 1024 },
    (request, response) => void respond(request, response, place),
  )
  server.maxConnections = MOST_CONNECTIONS
  server.timeout = STILL_MS
  await listening(server, port)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await feed[Symbol.asyncDispose]()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  place: Parameters<typeof answer>[2],
): Promise<void> {
  response.on('error', () => response.destroy())
  const refusal = refuse(request)
  if (refusal) {
    const { status, says, allow } = refusal
    sendText(response, `${says}\n`, { status, ...(allow !== undefined && { headers: { allow } }) })
    return
  }
  const steps = stepsOf(request.url ?? '')
  if (!steps) {
    sendText(
      response,
      'This path leads out of the reports folder, or is none: open / and follow its links.\n',
      {
        status: 400,
      },
    )
    return
  }
  try {
    await answer(request, response, place, steps)
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    const says = error instanceof Error ? error.message : String(error)
    sendText(response, `${says}\n`, { status: error instanceof HarnessError ? 422 : 500 })
  }
}

async function listening(server: Server, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  } catch (cause) {
    throw new HarnessError(
      'port-taken',
      `Nothing can be served on 127.0.0.1:${port} (${cause instanceof Error ? cause.message : String(cause)}): give --port another one, or leave it out for a free one.`,
      { cause },
    )
  }
}
