import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HarnessError } from '../errors.ts'
import type { UrlTarget } from '../records/index.ts'
import { askVersion } from './ask-version.ts'
import type { VersionProbe } from './plan.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {}
const server = createServer((request, response) => answer(request, response))
let at: UrlTarget
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  at = { kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs: 1_000 }
})
afterAll(() => void server.close())

const ask = (probe: VersionProbe, version = 'v2') =>
  askVersion(probe, {
    ...{ at, signal: new AbortController().signal, values: { version, previous: undefined, url: '' } },
    run: () => {
      throw new HarnessError('usage', 'no command is run here')
    },
  })
const json = (body: unknown, headers = {}) => {
  answer = (_, response) => void response.writeHead(200, headers).end(JSON.stringify(body))
}
const http = (change: object): VersionProbe => ({
  kind: 'http',
  url: '/version',
  version: { pointer: '/a~1b/0' },
  ...change,
})

test('a version is a field or a header of the answer, and its boot beside it', async () => {
  json({ 'a/b': [7], boot: 'x1' }, { 'X-Release': 'v2' })
  expect(await ask(http({}))).toEqual({ kind: 'version', version: '7' })
  expect(await ask(http({ version: { header: 'x-release' }, boot: { pointer: '/boot' } }))).toEqual({
    ...{ kind: 'version', version: 'v2', boot: 'x1' },
  })
})

test('an answer without the field, and no answer, are no version, with the reason', async () => {
  json({ version: null })
  expect(await ask(http({ version: { pointer: '/version' } }))).toMatchObject({
    kind: 'none',
    why: expect.stringContaining('no value at /version'),
  })
  answer = (_, response) => void response.writeHead(503).end()
  expect(await ask(http({}))).toMatchObject({ kind: 'none', why: expect.stringContaining('HTTP 503') })
  answer = (_, response) => void response.destroy()
  expect(await ask(http({}))).toMatchObject({ kind: 'none' })
})

test('a marker tells the new version from everything else', async () => {
  const marker: VersionProbe = { kind: 'marker', url: '/about', text: 'build {version};' }
  answer = (_, response) => void response.end('this is build v2; fine')
  expect(await ask(marker)).toEqual({ kind: 'version', version: 'v2' })
  expect(await ask(marker, 'v3')).toEqual({ kind: 'version', version: 'without "build v3;"' })
})

test('what a service calls itself steers no terminal and fills no screen', async () => {
  json({ version: `v2\u001b[2J\u202e\n${'x'.repeat(5_000)}` })
  const reading = await ask(http({ version: { pointer: '/version' } }))
  expect(reading.kind === 'version' && reading.version).toMatch(/^v2 x{200,260}…$/)
})

test('a version of control characters alone is no version', async () => {
  json({ version: '\u001b[0m\u0007' })
  expect(await ask(http({ version: { pointer: '/version' } }))).toMatchObject({
    kind: 'none',
    why: expect.stringContaining('control characters alone'),
  })
})
