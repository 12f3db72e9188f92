import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from './refusal.ts'

/** A whole answer. */
export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer of server-sent events: each string is the payload of one `data:` line. */
export type Stream = {
  readonly headers: Readonly<Record<string, string>>
  readonly events: AsyncIterable<string>
  /** The name that goes before an event's data; absent: none has one. */
  readonly nameOf?: (event: string) => string | undefined
  /** The headers wait for the first event. */
  readonly lateHeaders?: boolean
  /** After its last event it does not end. */
  readonly staysOpen?: boolean
}

export const MAX_BODY_BYTES = 32 * 1024 * 1024

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

export const text = (status: number, body: string, contentType = 'text/plain; charset=utf-8'): Reply => ({
  status,
  headers: { 'content-type': contentType },
  body,
})

/** Status and nothing else: vLLM's `/health` and `/ping`. */
export const empty = (status: number): Reply => ({ status, headers: {}, body: '' })

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    // The rest is still read, so that the client can finish sending and see the answer.
    if (size <= MAX_BODY_BYTES) parts.push(part as Buffer)
  }
  if (size > MAX_BODY_BYTES)
    throw new Refusal(413, 'malformed', `The body has ${size} bytes; ${MAX_BODY_BYTES} are allowed.`)
  return Buffer.concat(parts)
}

export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-length': Buffer.byteLength(reply.body),
  })
  response.end(reply.body)
}

/** Sends events as they come and waits for a slow reader; ends quietly when the client has gone. */
export async function sendStream(
  response: ServerResponse,
  stream: Stream,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...stream.headers })
  if (!stream.lateHeaders) response.flushHeaders()
  try {
    for await (const event of stream.events) {
      if (signal.aborted) return
      // Gone, and yet not to be stopped: the events are made for nobody.
      if (response.destroyed) continue
      const name = stream.nameOf?.(event)
      const named = name === undefined ? '' : `event: ${name}\n`
      if (!response.write(`${named}data: ${event}\n\n`)) await once(response, 'drain', { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  if (stream.staysOpen && !response.destroyed) await once(response, 'close')
  response.end()
}
