import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { HarnessError } from '../errors.ts'
import type { FailureKind, ProbeOutcome } from '../records/index.ts'

/** Where infergate starts services: never reachable from outside. */
export const HOST = '127.0.0.1'

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = await listen(0)
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A listening TCP server has no port.')
  return address.port
}

/** Throws `port-taken` when something listens on `port` already: its answers would be taken for the target's. */
export async function requireFreePort(port: number): Promise<number> {
  try {
    const server = await listen(port)
    server.close()
    await once(server, 'close')
    return port
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EACCES')
      throw new HarnessError('port-taken', `Port ${port} is not open to this user: choose one above 1023.`, {
        cause,
      })
    throw new HarnessError(
      'port-taken',
      `Port ${port} on ${HOST} is taken: see who holds it with \`lsof -nP -iTCP:${port} -sTCP:LISTEN\` (or \`ss -ltnp 'sport = :${port}'\`), stop it, or leave \`port\` out of the target so that a free one is chosen.`,
      { cause },
    )
  }
}

/** One look at whether something accepts connections at `url`. */
export async function lookAtPort(url: URL, signal: AbortSignal): Promise<ProbeOutcome> {
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: portOf(url) })
  try {
    await once(socket, 'connect', { signal })
    return { ok: true, e2eMs: 0 }
  } catch (error) {
    return { ok: false, ...classify(error as NodeJS.ErrnoException, url) }
  } finally {
    socket.destroy()
  }
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
}

function classify(
  error: NodeJS.ErrnoException,
  url: URL,
): { readonly failure: FailureKind; readonly message: string } {
  const place = `${url.hostname}:${portOf(url)}`
  if (error.name === 'AbortError')
    return { failure: 'timeout', message: `${place} did not accept a connection` }
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
    return { failure: 'dns', message: `the name ${url.hostname} does not resolve (${error.code})` }
  return { failure: 'connect', message: `${place}: ${error.code ?? error.message}` }
}

async function listen(port: number): Promise<Server> {
  const server = createServer()
  server.listen({ port, host: HOST, exclusive: true })
  await once(server, 'listening')
  return server
}
