import type { AddressInfo } from 'node:net'
import net from 'node:net'

export type RawRequestSeen = { readonly head: string; readonly body: string }

/** What tests speak to the client with: bytes on a socket, right or wrong. Tests only. */
export interface RawServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly requests: readonly RawRequestSeen[]
  /** Connections open now. */
  open(): number
}

/** Calls `answer` once per whole request; the handler writes what it likes and closes, resets or hangs. */
export async function startRawServer(
  answer: (socket: net.Socket, request: RawRequestSeen, index: number) => void,
): Promise<RawServer> {
  const requests: RawRequestSeen[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    // A client that hangs up in the middle is what many of these tests are about.
    socket.on('error', () => {})
    let pending = ''
    socket.on('data', (bytes) => {
      pending += bytes.toString('latin1')
      const request = takeRequest(pending)
      if (!request) return
      pending = ''
      requests.push(request)
      answer(socket, request, requests.length - 1)
    })
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      await closed.promise
    },
  }
}

function takeRequest(bytes: string): RawRequestSeen | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [head, body] = [bytes.slice(0, end), bytes.slice(end + 4)]
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  return body.length < length ? undefined : { head, body: Buffer.from(body, 'latin1').toString() }
}

/** A whole, right answer. */
export function http(status: number, body: string | Buffer, headers: Record<string, string> = {}): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([head(status, { 'content-length': String(bytes.length), ...headers }), bytes])
}

export const json = (value: unknown, status = 200): Buffer =>
  http(status, typeof value === 'string' ? value : JSON.stringify(value), {
    'content-type': 'application/json',
  })

export function head(status: number, headers: Record<string, string>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`)
}

/** The head of a stream that ends when the connection does. */
export const STREAM_HEAD: Buffer = head(200, {
  'content-type': 'text/event-stream; charset=utf-8',
  connection: 'close',
})

export const event = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

/** One event of a streamed completion. */
export const delta = (text: string, finishReason: string | null = null): string =>
  event({ model: 'm', choices: [{ index: 0, text, finish_reason: finishReason }] })

export const DONE: string = event('[DONE]')

export const completion = (text: string, finishReason: string | null = 'stop') => ({
  model: 'm',
  choices: [{ index: 0, text, finish_reason: finishReason }],
  usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
})
