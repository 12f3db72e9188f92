import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { type Clock, deadline } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import type { FailureKind, ProbeOutcome } from '../records/index.ts'
import { settled } from './waiting.ts'

/** Where infergate starts services: never reachable from outside. */
export const HOST = '127.0.0.1'

/** Shorter than an attempt may take, so that the attempt itself can say whether a name or a port kept it waiting. */
const CONNECT_MS = 4_500

/** The ports of one of several that look for free ones at the same time: every `of`-th pair of them. */
export type PortLane = { readonly lane: number; readonly of: number }

/**
 * A port that was free a moment ago. Until its service listens another may be given the same one: those that start services at the
 * same time, as the threads of a proof do, take theirs from a lane each.
 */
export async function freePort({ lane, of }: PortLane = { lane: 0, of: 1 }): Promise<number> {
  for (;;) {
    const server = await listen(0)
    const address = server.address()
    server.close()
    await once(server, 'close')
    assert(address !== null && typeof address === 'object', 'a listening TCP server has a port')
    // Linux gives out odd ports alone as long as there are any (inet_csk_find_open_port).
    if (Math.floor(address.port / 2) % of === lane % of) return address.port
  }
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

/** A proxy that finds nobody behind it hangs up in about 1 ms; a loaded machine takes longer. */
const HANG_UP_MS = 100

/**
 * Whether something accepts connections at `url`, once. Where a proxy holds the port (`isForwarded`), it accepts before
 * the service does, and hangs up at once: then only a connection that lasts counts.
 */
export async function probePort(
  url: URL,
  signal: AbortSignal,
  { clock, isForwarded = false }: { readonly clock: Clock; readonly isForwarded?: boolean },
): Promise<ProbeOutcome> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
  const socket = connect({ host, port })
  let isResolved = isIP(host) !== 0
  using late = deadline(clock, CONNECT_MS)
  socket.once('lookup', (error) => {
    isResolved = error === null
  })
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, late.signal]) })
    if (isForwarded && (await hangsUp(socket, clock)))
      return failed('reset', `${host}:${port} accepts and hangs up: nothing listens behind it yet`)
    return { ok: true, e2eMs: 0 }
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException
    const isLate = name === 'AbortError'
    if (!isResolved)
      return failed('dns', `the name ${host} does not resolve${isLate ? ' in time' : ` (${code})`}`)
    if (isLate) return failed('timeout', `${host}:${port} did not accept a connection`)
    return failed('connect', `${host}:${port}: ${code ?? message}`)
  } finally {
    socket.destroy()
  }
}

async function hangsUp(socket: Socket, clock: Clock): Promise<boolean> {
  socket.on('error', () => {})
  socket.resume()
  return settled(once(socket, 'close'), HANG_UP_MS, clock)
}

const failed = (failure: FailureKind, message: string): ProbeOutcome => ({ ok: false, failure, message })

async function listen(port: number): Promise<Server> {
  const server = createServer()
  server.listen({ port, host: HOST, exclusive: true })
  await once(server, 'listening')
  return server
}
