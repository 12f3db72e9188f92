import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startOnLoopback } from './loopback.ts'

export type Throttling = {
  /** Beyond these requests a second, and a burst of as many as `burst`, it answers 429. */
  readonly perSecond?: number
  readonly burst?: number
  /** Beyond so many generations in flight it answers 503. */
  readonly places?: number
  /** Answered with 503 whatever room there is. */
  readonly refuses?: (request: IncomingMessage) => boolean
  /** Before it hands a request on. */
  readonly delayMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

export type ThrottledProxy = { readonly url: string; readonly refused: () => number } & AsyncDisposable

/** Stands before a service and has little room: a rate limit, a small queue, a slow line. Tests only. */
export async function startThrottledProxy(service: string, limits: Throttling): Promise<ThrottledProxy> {
  const { perSecond = Number.POSITIVE_INFINITY, burst = 1, places = Number.POSITIVE_INFINITY } = limits
  let [tokens, filledMs, inFlight, refused] = [burst, performance.now(), 0, 0]
  const takes = (): boolean => {
    const nowMs = performance.now()
    tokens =
      perSecond === Number.POSITIVE_INFINITY
        ? burst
        : Math.min(burst, tokens + ((nowMs - filledMs) * perSecond) / 1_000)
    filledMs = nowMs
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
  const turnAway = (response: ServerResponse, status: number) => {
    refused += 1
    response.writeHead(status, { 'content-type': 'text/html', ...limits.headers }).end('<html>no room</html>')
  }
  const proxy = await startOnLoopback(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    if (!takes()) return turnAway(response, 429)
    if (limits.refuses?.(request)) return turnAway(response, 503)
    if (request.method === 'POST' && inFlight >= places) return turnAway(response, 503)
    inFlight += 1
    response.on('close', () => {
      inFlight -= 1
    })
    await sleep(limits.delayMs ?? 0)
    hand(on(service, request), response, body)
  })
  return { ...proxy, refused: () => refused, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

const on = (service: string, { method = 'GET', url = '/', headers }: IncomingMessage) =>
  forward(new URL(url, service), { method, headers })

function hand(onward: ReturnType<typeof forward>, response: ServerResponse, body: Buffer): void {
  onward.on('response', (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(response)
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  onward.end(body)
}
