import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monotonicNs } from '../clock.ts'
import { countMessages, countPrompt, readAsked } from './asked.ts'
import { DEFAULTS, type StubOptions } from './options.ts'
import { Stub } from './stub.ts'

const MODELS = {
  object: 'list',
  data: [{ id: 'stub', object: 'model', created: 0, owned_by: 'stub', max_model_len: 1_000_000 }],
}

type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: string
  /** When its last byte was read. */
  readonly receivedNs: number
}

const ROUTES: Readonly<Record<string, (stub: Stub, exchange: Exchange) => void>> = {
  'POST /v1/chat/completions': (stub, exchange) => generate(stub, exchange, true),
  'POST /v1/completions': (stub, exchange) => generate(stub, exchange, false),
  'POST /tokenize': (_, { response, body }) => say(response, tokenize(body)),
  'GET /v1/models': (_, { response }) => say(response, MODELS),
  'GET /health': (_, { response }) => response.end(),
  'GET /metrics': (stub, { response }) =>
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(stub.metrics()),
  'GET /stub/late': (stub, { response }) => say(response, stub.late.summary()),
  'GET /stub/truth': (stub, { response }) => say(response, stub.truth.answers()),
  'POST /stub/reset': (stub, { response }) => {
    stub.reset()
    say(response, {})
  },
}

/** The stub in this process; resolves once it listens. */
export async function serve(options: StubOptions): Promise<{ readonly port: number } & AsyncDisposable> {
  const stub = new Stub(options)
  const limits = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }
  const server = createServer({ noDelay: true, ...limits }, (request, response) => {
    const parts: Buffer[] = []
    let receivedNs = monotonicNs()
    request.on('data', (part: Buffer) => {
      receivedNs = monotonicNs()
      parts.push(part)
    })
    request.on('end', () => {
      const name = `${request.method} ${request.url}`
      const route = ROUTES[name] ?? (() => refuse(response, 404, `There is no ${name}.`))
      try {
        route(stub, { request, response, body: Buffer.concat(parts).toString(), receivedNs })
      } catch (error) {
        refuse(response, 400, String(error))
      }
    })
  })
  server.listen(options.port ?? DEFAULTS.port, options.host ?? DEFAULTS.host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function generate(stub: Stub, { request, response, body, receivedNs }: Exchange, isChat: boolean): void {
  // Events go straight to the socket, in chunks, which an older version does not know.
  if (request.httpVersion !== '1.1') refuse(response, 505, 'The stub speaks HTTP/1.1.')
  // A pipelined request has no socket yet.
  else if (response.socket === null) request.destroy()
  else stub.answer(response, readAsked(body, isChat), receivedNs)
}

function tokenize(body: string): object {
  const { prompt, messages } = JSON.parse(body)
  const count = messages === undefined ? countPrompt(prompt) : countMessages(messages)
  return { count, max_model_len: 1_000_000, tokens: Array.from({ length: count }, (_, index) => index) }
}

function say(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const refuse = (response: ServerResponse, code: number, message: string): void =>
  say(response, { error: { message, code } }, code)
