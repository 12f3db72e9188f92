import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'vitest'
import { createProbe } from '../client/index.ts'
import { systemClock } from '../clock.ts'
import { startTarget } from './index.ts'
import { fast, scratchFolder, service as serviceIn, start } from './testing/service.ts'

const scratch = scratchFolder()
const service = (name: string, parts: Parameters<typeof serviceIn>[2]) => serviceIn(scratch, name, parts)

test.concurrent('a started service is ready at its first good generation, with its phases in order', async ({
  expect,
}) => {
  const said: string[] = []
  const logFile = join(scratch, 'ready.log')
  const spec = { ...service('ready', {}), env: { GREETING: 'on {port}' } }
  await using target = await start(spec, { logFile, onPhase: (text: string) => said.push(text) })
  const { boot } = target
  expect(boot).toMatchObject({ index: 0, origin: 'started', outcome: 'generating' })
  expect(boot.portMs).toBeGreaterThan(0)
  expect(boot.healthMs).toBeGreaterThanOrEqual(boot.portMs ?? Infinity)
  expect(boot.firstGenerationMs).toBeGreaterThanOrEqual(boot.healthMs ?? Infinity)
  // At once; but two processes and this one share a machine that may be busy.
  expect(boot.firstAfterHealth?.afterHealthMs).toBeLessThan(1_000)
  expect(boot.firstAfterHealth?.failure).toBeUndefined()
  expect(said.at(-1)).toBe('generating')
  expect(target.logTail()).toEqual([`booting on ${new URL(target.address.baseUrl ?? '').port}`, 'listening'])
  expect(target.exit()).toBeUndefined()
  await target.stop()
  await target.stop()
  expect(target.exit()).toBeUndefined()
  expect(readFileSync(logFile, 'utf8')).toMatch(/listening/)
  await expect(fetch(`${target.address.baseUrl}/health`)).rejects.toThrow()
})

test.concurrent('a start that takes long says every few seconds what it waits for, how long, and the last line of the log', async ({
  expect,
}) => {
  const said: string[] = []
  const health = `process.stderr.write('key ' + process.env.SERVICE_API_KEY + ' loading 1/9\\r')
    globalThis.first ??= performance.now()
    return performance.now() - first < 4_000 ? 503 : 200`
  const spec = { ...service('long', { health }), env: { SERVICE_API_KEY: 'sk-from-the-environment' } }
  const onPhase = (text: string) => said.push(text)
  // Five times as fast: the 4 s are twenty.
  await using target = await start(spec, { onPhase, clock: fast })
  expect(target.boot.outcome).toBe('generating')
  expect(said).toContain('starting')
  const repeated = said.filter((text) =>
    /^port open, waiting for health, \d+ s; log: key \[secret from environment variable SERVICE_API_KEY\] loading 1\/9$/.test(
      text,
    ),
  )
  expect(repeated.length).toBeGreaterThan(1)
  expect(new Set(repeated).size).toBe(repeated.length)
  expect(said.join()).not.toContain('sk-from')
})

test.concurrent('a service that says ready too early is waited for, and the failed first generation is kept', async ({
  expect,
}) => {
  // Counted from the first generation: a busy machine cannot sleep through it.
  const since = 'globalThis.first ??= performance.now(); return performance.now() - first'
  const spec = service('race', { generate: `${since} < 400 ? [500, 'not yet'] : [200, 'hello']` })
  await using target = await start(spec)
  expect(target.boot.outcome).toBe('generating')
  expect(target.boot.firstAfterHealth).toMatchObject({
    failure: 'http-status',
    status: 500,
    message: 'not yet',
  })
  expect(target.boot.firstGenerationMs).toBeGreaterThan((target.boot.healthMs ?? Infinity) + 350)
})

test.concurrent('a service that answers every generation with an error is given up in seconds, as a finding', async ({
  expect,
}) => {
  await using target = await start(service('broken', { generate: "return [200, 'broken']" }), { clock: fast })
  expect(target.boot.outcome).toBe('not-generating')
  expect(target.boot.reason).toContain("no attribute 'llm'")
  expect(target.boot.firstGenerationMs).toBeUndefined()
  expect(target.boot.healthMs).toBeGreaterThan(0)
})

test.concurrent('a service that dies while starting ends the wait at once, with its exit code and its last lines', async ({
  expect,
}) => {
  const spec = service('dies', { before: "console.error('CUDA out of memory'); process.exit(3)" })
  await expect(start(spec)).rejects.toMatchObject({
    code: 'target-died',
    message: expect.stringMatching(/exit code 3[\s\S]*CUDA out of memory/),
  })
})

test.concurrent('a service that never opens its port is not ready: the error says what was waited for', async ({
  expect,
}) => {
  const spec = {
    ...service('silent', { before: 'await new Promise(r => setTimeout(r, 60_000))' }),
    readyTimeoutMs: 400,
  }
  await expect(start(spec)).rejects.toMatchObject({
    code: 'target-not-ready',
    message: expect.stringMatching(/until its port opened.*ECONNREFUSED/),
  })
})

test.concurrent('health 503 is loading, not failure', async ({ expect }) => {
  const spec = service('loading', {
    health: 'globalThis.first ??= performance.now(); return performance.now() - first < 300 ? 503 : 200',
  })
  await using target = await start(spec)
  expect(target.boot.outcome).toBe('generating')
  expect(target.boot.healthMs).toBeGreaterThan((target.boot.portMs ?? Infinity) + 250)
})

test.concurrent('health 503 for too long is not ready', async ({ expect }) => {
  const parts = { health: 'return 503', generate: 'return 503' }
  const spec = { ...service('unhealthy', parts), readyTimeoutMs: 3_000 }
  await expect(start(spec)).rejects.toMatchObject({
    code: 'target-not-ready',
    message: expect.stringMatching(/until its health said yes.*503/),
  })
})

test.concurrent('a service that generates while its health says 503 is judged, not given up', async ({
  expect,
}) => {
  const spec = { ...service('denied', { health: 'return 503' }), readyTimeoutMs: 3_000 }
  await using target = await start(spec)
  expect(target.boot.outcome).toBe('generating')
  expect(target.boot.healthMs).toBeUndefined()
})

test.concurrent('a service that hangs is given up when its time is over', async ({ expect }) => {
  const spec = {
    ...service('hangs', { generate: 'return undefined' }),
    firstAnswerTimeoutMs: 500,
  }
  await using target = await start(spec)
  expect(target.boot.outcome).toBe('not-generating')
  expect(target.boot.reason).toContain('timeout')
})

test.concurrent('an abort stops what was started and throws its reason', async ({ expect }) => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const spec = service('aborted', { health: 'return 503' })
  setTimeout(() => controller.abort(reason), 300)
  await expect(start(spec, { signal: controller.signal })).rejects.toBe(reason)
})

test.concurrent('a fixed port that is taken is named before anything starts', async ({ expect }) => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const port = (server.address() as { port: number }).port
  await expect(start({ ...service('taken', {}), port })).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(String(port)),
  })
  server.close()
})

test.concurrent('a command that does not exist, a folder that does not, and a variable that is not set are named', async ({
  expect,
}) => {
  const spec = service('absent', {})
  await expect(start({ ...spec, command: ['no-such-command-here'] })).rejects.toMatchObject({
    code: 'command-not-found',
    message: expect.stringContaining('no-such-command-here'),
  })
  await expect(start({ ...spec, cwd: '/no/such/folder' })).rejects.toMatchObject({ code: 'config-invalid' })
  await expect(start({ ...spec, command: ['{env:NO_SUCH_VARIABLE}'] })).rejects.toMatchObject({
    message: expect.stringContaining('NO_SUCH_VARIABLE'),
  })
})

test.concurrent('a server without a health route is ready once it generates', async ({ expect }) => {
  await using target = await start(service('no-health', { health: 'return 404' }))
  expect(target.boot.outcome).toBe('generating')
  expect(target.boot.healthMs).toBeUndefined()
  expect(target.boot.firstAfterHealth).toBeUndefined()
})

test.concurrent('a service that wants a key says so instead of counting as broken', async ({ expect }) => {
  await expect(
    start(service('locked', { generate: "return [401, 'Unauthorized']" }), { clock: fast }),
  ).rejects.toMatchObject({
    code: 'target-unreachable',
    message: expect.stringMatching(/401.*INFERGATE_API_KEY/),
  })
})

test.concurrent('a secret that is missing is named before anything starts', async ({ expect }) => {
  const spec = service('secretless', {})
  const secretHeaders = [{ name: 'Authorization', source: { env: 'NO_SUCH_SECRET' } }]
  await expect(start({ ...spec, secretHeaders })).rejects.toMatchObject({
    code: 'secret-missing',
    message: expect.stringContaining('NO_SUCH_SECRET'),
  })
})

test.concurrent('a secret that the service logs reaches neither the tail nor the file', async ({
  expect,
}) => {
  const logFile = join(scratch, 'secret.log')
  const keyFile = join(scratch, 'key.txt')
  writeFileSync(keyFile, 'sk-from-a-file\n')
  const parts = { before: "console.log('key', process.env.SERVICE_API_KEY, 'sk-from-a-file')" }
  const spec = {
    ...service('leaky', parts),
    env: { SERVICE_API_KEY: 'sk-from-the-environment' },
    secretHeaders: [{ name: 'Authorization', source: { file: keyFile }, prefix: 'Bearer ' }],
  }
  const target = await start(spec, { logFile })
  await target.stop()
  const written = `${target.logTail().join('\n')}\n${readFileSync(logFile, 'utf8')}`
  expect(written).toContain('[secret from environment variable SERVICE_API_KEY]')
  expect(written).not.toMatch(/sk-from/)
})

test.concurrent('a target that dies under test says how, once it has been ready', async ({ expect }) => {
  const spec = service('dies-later', {
    generate: 'setTimeout(() => process.exit(9), 100); return [200, "hello"]',
  })
  await using target = await start(spec)
  expect(target.boot.outcome).toBe('generating')
  while (!target.exit()) await systemClock.sleep(20)
  expect(target.exit()).toMatchObject({ code: 9, signal: null })
})

test.concurrent('the simulator is a process of its own, whose start takes as long as its profile says', async ({
  expect,
}) => {
  const spec = {
    kind: 'simulator',
    dialect: 'openai',
    profile: 'default',
    faults: [],
    seed: 1,
    readyTimeoutMs: 60_000,
  } as const
  await using target = await startTarget(spec, { index: 2, probe: createProbe() })
  expect(target.boot).toMatchObject({ index: 2, origin: 'started', outcome: 'generating' })
  expect(target.boot.portMs).toBeGreaterThan(400)
  expect(target.boot.firstTokenMs).toBeGreaterThan(target.boot.healthMs ?? Infinity)
  expect(target.description).toMatchObject({ kind: 'simulator', profile: 'default', faults: [] })
})

test.concurrent('a simulator that is green while nothing generates is a finding', async ({ expect }) => {
  const faults = ['health-green-generate-error']
  const spec = {
    kind: 'simulator',
    dialect: 'ananke',
    profile: 'instant',
    faults,
    seed: 1,
    readyTimeoutMs: 300_000,
  } as const
  await using target = await startTarget(spec, { index: 0, probe: createProbe(), clock: fast })
  expect(target.boot.outcome).toBe('not-generating')
  expect(target.boot.reason).toContain("has no attribute 'llm'")
})
