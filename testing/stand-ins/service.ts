import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request as forward } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startOnLoopback } from '../loopback.ts'

export type Instance = { readonly release: string; readonly url: string; stop(): Promise<void> }

const simulatorFile = join(import.meta.dirname, '..', '..', 'src', 'simulator', 'main.ts')

/** A release of the service: a simulator in a process of its own. */
export async function startInstance(release: string, faults: readonly string[]): Promise<Instance> {
  const args = ['--port', '0', ...faults.flatMap((fault) => ['--fault', fault])]
  const child = spawn(process.execPath, [simulatorFile, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const lines = createInterface({ input: child.stderr })
  for await (const line of lines) {
    const url = / listening on (\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    return { release, url, stop }
  }
  throw new Error(`the simulator of ${release} did not start`)
}

/** The address that users have: hands each request to the instance that has the traffic, and tells its release at /release. */
export const startEdge = (instance: () => Instance | undefined) =>
  startOnLoopback((request, response) => {
    const at = instance()
    if (at === undefined) return response.writeHead(503).end('no instance')
    if (request.url === '/release') return response.end(JSON.stringify({ release: at.release }))
    const { method, headers } = request
    const onward = forward(new URL(request.url ?? '/', at.url), { method, headers })
    onward.on('response', (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    return request.pipe(onward)
  })
