import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { freePort, probePort } from './port.ts'

async function listening(onConnection: (socket: Socket) => void) {
  const server = createServer(onConnection).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) }
}

const probe = (url: URL, isForwarded: boolean) =>
  probePort(url, AbortSignal.timeout(5_000), { clock: systemClock, isForwarded })

test('a proxy that accepts and hangs up at once is no open port', async () => {
  const { server, url } = await listening((socket) => socket.end())
  expect(await probe(url, true)).toMatchObject({ ok: false, failure: 'reset' })
  expect(await probe(url, false)).toMatchObject({ ok: true })
  server.close()
})

test('a proxy that resets at once is no open port', async () => {
  const { server, url } = await listening((socket) => socket.resetAndDestroy())
  expect((await probe(url, true)).ok).toBe(false)
  server.close()
})

test('a proxy that keeps the connection has a service behind it', async () => {
  const { server, url } = await listening(() => {})
  expect(await probe(url, true)).toMatchObject({ ok: true })
  server.close()
})

test('free ports of two lanes are never the same one', async () => {
  const drawn = async (lane: number) =>
    new Set(await Promise.all(Array.from({ length: 40 }, () => freePort({ lane, of: 3 }))))
  const [one, other] = [await drawn(4), await drawn(2)]
  expect(one.intersection(other)).toEqual(new Set())
})
