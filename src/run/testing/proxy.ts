import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { startOnLoopback } from '../../../testing/loopback.ts'

/** What becomes of a request at the proxy: true where `answer` took it, or else it goes on to the service. */
type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => boolean

/** Stands before a service (or the one whose turn it is) on a socket of its own and takes some of its requests. Tests only. */
export async function startProxy(
  service: string | (() => string),
  answer: Answer,
): Promise<{ readonly url: string } & AsyncDisposable> {
  return startOnLoopback(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    if (answer(request, response, body.toString())) return
    const { method = 'GET', url = '/', headers } = request
    const onward = forward(
      new URL(url, typeof service === 'string' ? service : service()),
      { method, headers },
      (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    // Whoever leaves leaves the service too.
    response.on('close', () => onward.destroy())
    onward.end(body)
  })
}

/** A proxy that has lost a route: it answers it with a status, or closes the connection on it. */
export const startLossyProxy = (service: string, lost: Readonly<Record<string, number | 'closes'>>) =>
  startProxy(service, (request, response) => {
    const how = lost[request.url ?? '']
    if (how === 'closes') request.socket.destroy()
    else if (how !== undefined)
      response.writeHead(how, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}')
    return how !== undefined
  })
