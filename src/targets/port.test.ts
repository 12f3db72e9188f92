import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { lookAtPort } from './port.ts'

async function listening(onConnection: (socket: Socket) => void) {
  const server = createServer(onConnection).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) }
}

const look = (url: URL, isForwarded: boolean) => lookAtPort(url, AbortSignal.timeout(5_000), { isForwarded })

test('a proxy that accepts and hangs up at once is no open port', async () => {
  const { server, url } = await listening((socket) => socket.end())
  expect(await look(url, true)).toMatchObject({ ok: false, failure: 'reset' })
  expect(await look(url, false)).toMatchObject({ ok: true })
  server.close()
})

test('a proxy that resets at once is no open port', async () => {
  const { server, url } = await listening((socket) => socket.resetAndDestroy())
  expect((await look(url, true)).ok).toBe(false)
  server.close()
})

test('a proxy that keeps the connection has a service behind it', async () => {
  const { server, url } = await listening(() => {})
  expect(await look(url, true)).toMatchObject({ ok: true })
  server.close()
})
