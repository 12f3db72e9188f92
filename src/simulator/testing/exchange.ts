import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { type Clock, systemClock } from '../../clock.ts'

/** What one request brought back, straight from the socket: tests of the wire do not go through the client. */
export type Exchanged = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Whether the body ended as the protocol says. */
  readonly complete: boolean
  readonly reads: number
  /** Milliseconds from the request to the headers and to the end. */
  readonly headersMs: number
  readonly tookMs: number
}

export type Asking = {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Leaves after so many bytes of the body have come. */
  readonly leaveAfterBytes?: number
  /** Breaks the request off. */
  readonly signal?: AbortSignal
  readonly clock?: Clock
}

/** One request on a connection of its own; the body is JSON unless it is text or bytes already. */
export function exchange(url: string, path: string, asking: Asking = {}): Promise<Exchanged> {
  const { body, leaveAfterBytes = Number.POSITIVE_INFINITY, signal, clock = systemClock } = asking
  const method = asking.method ?? (body === undefined ? 'GET' : 'POST')
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const startedMs = clock.monotonicMs()
  return new Promise((resolve, reject) => {
    const agent = new Agent()
    const headers = { ...type, ...asking.headers }
    const outgoing = request(new URL(path, url), { method, headers, agent, ...(signal && { signal }) })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const headersMs = clock.monotonicMs() - startedMs
      const parts: Buffer[] = []
      const finish = () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(parts).toString('utf8'),
          complete: response.complete,
          reads: parts.length,
          headersMs,
          tookMs: clock.monotonicMs() - startedMs,
        })
      response.on('data', (part: Buffer) => {
        parts.push(part)
        if (Buffer.concat(parts).length >= leaveAfterBytes) leave(response, finish)
      })
      response.on('close', finish)
      response.on('error', () => undefined)
    })
    outgoing.end(typeof body === 'string' || body instanceof Uint8Array ? body : body && JSON.stringify(body))
  })
}

function leave(response: IncomingMessage, then: () => void): void {
  response.destroy()
  then()
}

/** The payloads of the `data:` lines of a stream. */
export const payloads = (text: string): readonly string[] =>
  text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^(event: .*\n)?data: /, ''))

/** Asks for a long answer and leaves once it is being generated; says how the request ended. */
export async function leaveWhileRunning(url: string, path: string): Promise<string> {
  const leaving = new AbortController()
  const body = { prompt: 'Count to 999.', max_tokens: 900 }
  let hasEnded = false
  const end = exchange(url, path, { body, signal: leaving.signal })
    .then(
      () => 'answered',
      (error: Error) => error.name,
    )
    .finally(() => {
      hasEnded = true
    })
  const isRunning = async () => /num_requests_running\{.*\} [^0]/.test((await exchange(url, '/metrics')).text)
  while (!hasEnded && !(await isRunning())) await systemClock.sleep(5)
  leaving.abort()
  return await end
}
