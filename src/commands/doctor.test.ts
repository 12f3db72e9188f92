import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runDoctor } from './doctor.ts'
import { lookAtClock, lookAtCores, lookAtMemory } from './doctor-machine.ts'
import { recordedIo } from './testing/recorded-io.ts'

const lineOf = (text: string, name: string): string =>
  text.split('\n').find((line) => line.slice(8).startsWith(`${name} `)) ?? ''

test('in an empty folder everything is there', async () => {
  const io = recordedIo()
  expect(await runDoctor({ target: 'simulator' }, io), io.out()).toBe(0)
  const names = io
    .out()
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(8).split(' ')[0])
  expect(names).toEqual(['node', 'config', 'target', 'store', 'reports', 'clock', 'cores', 'memory'])
  expect(io.out()).not.toContain('FAILED')
})

test('without a target everything else is looked at, and a warning says how to choose one', async () => {
  const io = recordedIo()
  expect(await runDoctor({}, io), io.out()).toBe(0)
  expect(lineOf(io.out(), 'target')).toMatch(/^warning target +no target is chosen: .*--target simulator/)
  expect(lineOf(io.out(), 'store')).toMatch(/^ok /)
})

test('a service that answers is reached, whatever it answers; one that does not is not', async () => {
  const server = createServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const up = recordedIo()
  expect(await runDoctor({ url }, up), up.out()).toBe(0)
  expect(lineOf(up.out(), 'target')).toContain('HTTP 503')
  server.close()
  await once(server, 'close')
  const down = recordedIo()
  expect(await runDoctor({ url }, down)).toBe(30)
  expect(lineOf(down.out(), 'target')).toMatch(
    /FAILED .*start the service, or correct the host and port of its URL\.$/,
  )
})

/** The doctor's line on a service that answers so, by path; all else is 404. */
async function targetLine(
  answers: Readonly<Record<string, readonly [number, unknown]>>,
  flags: { readonly model?: string } = {},
): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body] = answers[request.url ?? ''] ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const io = recordedIo()
  await runDoctor({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...flags }, io)
  server.close()
  return lineOf(io.out(), 'target')
}

const MODELS = { data: [{ id: 'tiny-llama' }] }

test('what a gate would meet at a service is met here first', async () => {
  const health = { '/health': [200, {}] } as const
  expect(await targetLine({ ...health, '/v1/models': [200, MODELS] })).toMatch(
    /^ok .*models answers with HTTP 200/,
  )
  expect(await targetLine({ ...health, '/v1/models': [401, {}] })).toMatch(
    /^FAILED .*models answers with HTTP 401: set INFERGATE_API_KEY, or `headers`/,
  )
  expect(await targetLine({ ...health, '/v1/models': [200, { data: [] }] })).toMatch(
    /^FAILED .*lists no model.*load one/,
  )
  expect(await targetLine({ ...health, '/v1/models': [200, 'hello'] })).toMatch(/^FAILED .*no list of models/)
  expect(await targetLine({ ...health, '/v1/models': [200, MODELS] }, { model: 'tiny-lama' })).toMatch(
    /^warning .*does not list the model "tiny-lama": did you mean "tiny-llama"\?/,
  )
  expect(await targetLine({ ...health, '/v1/models': [200, MODELS] }, { model: 'tiny-llama' })).toMatch(
    /^ok /,
  )
  // A list of models is not every server's.
  expect(await targetLine(health)).toMatch(/^ok /)
})

test('a secret that is missing and a port that is taken fail before anything is started', async () => {
  const server = createSocket().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const lineWith = async (more: string) => {
    const io = recordedIo()
    const target = `{ kind: 'process', dialect: 'openai', command: ['node', '{port}'], ${more} }`
    writeFileSync(
      join(io.cwd, 'infergate.config.ts'),
      `export default { target: 'it', targets: { it: ${target} } }`,
    )
    return [await runDoctor({}, io), lineOf(io.out(), 'target')]
  }
  expect(await lineWith(`headers: { 'X-Key': { env: 'NO_SUCH_SECRET_X' } }`)).toEqual([
    30,
    expect.stringMatching(/^FAILED .*NO_SUCH_SECRET_X is missing or empty: set it/),
  ])
  expect(await lineWith(`port: ${port}`)).toEqual([
    30,
    expect.stringMatching(new RegExp(`^FAILED .*Port ${port} on 127.0.0.1 is taken`)),
  ])
  server.close()
  await once(server, 'close')
  expect(await lineWith(`port: ${port}`)).toEqual([0, expect.stringMatching(/^ok /)])
})

test('--json is one object that holds every finding', async () => {
  const io = recordedIo()
  expect(await runDoctor({ target: 'simulator', json: true }, io)).toBe(0)
  const { ok, findings } = JSON.parse(io.out())
  expect(ok).toBe(true)
  expect(findings.map(({ name }: { name: string }) => name)).toContain('target')
  expect(findings[0]).toEqual({ name: 'node', state: 'ok', says: expect.stringContaining('Node') })
  const bad = recordedIo()
  expect(await runDoctor({ target: 'simulatr', json: true }, bad)).toBe(30)
  expect(JSON.parse(bad.out()).ok).toBe(false)
})

test('what cannot be written, configured or found fails and ends with its fix', async () => {
  const io = recordedIo()
  writeFileSync(join(io.cwd, 'reports'), 'a file')
  writeFileSync(join(io.cwd, '.infergate'), 'a file')
  const command = "{ it: { kind: 'process', dialect: 'openai', command: ['no-such-command-x', '{port}'] } }"
  writeFileSync(join(io.cwd, 'infergate.config.ts'), `export default { target: 'it', targets: ${command} }`)
  expect(await runDoctor({}, io)).toBe(30)
  expect(lineOf(io.out(), 'target')).toMatch(/FAILED .*no-such-command-x.*install it/)
  expect(lineOf(io.out(), 'store')).toMatch(/FAILED /)
  expect(lineOf(io.out(), 'reports')).toMatch(/FAILED .*--reports-dir/)
})

test('a configuration that is wrong fails, and what does not need it is still looked at', async () => {
  const io = recordedIo()
  expect(await runDoctor({ target: 'simulatr' }, io)).toBe(30)
  expect(lineOf(io.out(), 'config')).toMatch(/FAILED .*did you mean "simulator"/)
  expect(lineOf(io.out(), 'target')).toBe('')
  expect(lineOf(io.out(), 'cores')).not.toBe('')
})

test('a machine that is too coarse or too small is told what to change', () => {
  const steps = (stepMs: number) => {
    let reading = 0
    const monotonicMs = () => Math.floor(reading++ / 3) * stepMs
    return lookAtClock({ monotonicMs, now: () => new Date(0), sleep: async () => {} })
  }
  expect(steps(15.6)).toMatchObject({ state: 'failed', says: expect.stringContaining('clock source') })
  expect(steps(0.001).state).toBe('ok')
  expect(lookAtCores(1).state).toBe('warning')
  expect(lookAtCores(2).state).toBe('ok')
  expect(lookAtMemory(2 ** 29).state).toBe('warning')
  expect(lookAtMemory(2 ** 31).state).toBe('ok')
})

test('a port that speaks no HTTP is not reached', async () => {
  const server = createSocket((socket) => socket.end('SSH-2.0-x\r\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const io = recordedIo()
  expect(await runDoctor({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, io)).toBe(30)
  server.close()
})

test('an address under which no route is there is a warning that says what to give', async () => {
  expect(await targetLine({})).toMatch(/^warning target .*HTTP 404.*without the path of a route/)
  expect(await targetLine({ '/health': [200, {}] })).toMatch(/^ok /)
})
