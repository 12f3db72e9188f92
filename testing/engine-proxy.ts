import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engineSocket } from './container-engine.ts'

/** One request that went to the engine. */
export type Seen = { readonly method: string; readonly path: string; readonly body: string }

/** What becomes of an answer of the engine: it goes on, is held for ever, or another takes its place. */
export type Fate = 'pass' | 'hold' | { readonly status: number }

/** A socket in front of the engine's that records what is asked and decides what becomes of the answers. */
export async function startEngineProxy(fate: (seen: Seen) => Fate) {
  const seen: Seen[] = []
  const held = Promise.withResolvers<Seen>()
  const socket = join(mkdtempSync(join(tmpdir(), 'infergate-proxy-')), 'engine.sock')
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    const { method = '', url: path = '', headers } = incoming
    const one: Seen = { method, path, body: body.toString() }
    seen.push(one)
    const decided = fate(one)
    if (typeof decided === 'object') return outgoing.writeHead(decided.status).end()
    const asked = request({ socketPath: engineSocket, method, path, headers }, (answer) => {
      // The engine has done it by now, and nobody will hear of it.
      if (decided === 'hold') return held.resolve(one)
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      outgoing.flushHeaders()
      answer.pipe(outgoing)
    })
    asked.on('error', () => outgoing.destroy())
    outgoing.on('error', () => asked.destroy())
    asked.end(body)
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    address: `unix://${socket}`,
    seen,
    /** Resolves when an answer is held back. */
    held: held.promise,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
