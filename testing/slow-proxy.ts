import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../src/clock.ts'

export type SlowProxy = AsyncDisposable & {
  readonly url: string
  /** From now on each third generation waits so much longer. */
  slow(moreMs: number): void
}

/** Stands before a service and hands everything on. */
export async function slowProxy(service: string): Promise<SlowProxy> {
  let [moreMs, generations] = [0, 0]
  const server = createServer(async (asked, answer) => {
    const isSlow = asked.method === 'POST' && moreMs > 0 && generations++ % 3 === 0
    if (isSlow) await systemClock.sleep(moreMs)
    const { method = 'GET', headers, url = '/' } = asked
    const passed = request(`${service}${url}`, { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    slow(ms) {
      moreMs = ms
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
