import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { Feed } from './feed.ts'

/** A server of one feed, whose looks follow each other at once. */
async function serve(next: (reader: string) => Promise<string | undefined>) {
  const feed = new Feed({ ...systemClock, sleep: async () => void (await setImmediate()) })
  const server = createServer((request, response) => {
    feed.add(response, () => next(request.url ?? ''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await feed[Symbol.asyncDispose]()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A reader that asks and then reads nothing more than a system's buffers take. */
async function startDeafReader(port: number) {
  const socket = connect(port, '127.0.0.1').pause()
  onTestFinished(() => void socket.destroy())
  socket.write('GET /deaf HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
}

test('a reader that does not read is let go, and the others are told of everything meanwhile', async () => {
  const looks = { deaf: 0, keen: 0 }
  const port = await serve(async (reader) => {
    looks[reader === '/deaf' ? 'deaf' : 'keen']++
    return reader === '/deaf' ? 'x'.repeat(1024 * 1024) : String(looks.keen)
  })
  await startDeafReader(port)
  const { body } = await fetch(`http://127.0.0.1:${port}/keen`)
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of body as ReadableStream<Uint8Array>) {
    text += decoder.decode(part)
    if (text.includes('data: 300\n')) break
  }
  const told = [...text.matchAll(/^data: (\d+)$/gm)].map(([, n]) => Number(n))
  expect(told.slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
  // It was asked for events until its buffers were full, and then waited for.
  expect(looks.deaf).toBeLessThan(30)
})
