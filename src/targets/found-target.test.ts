import { expect, onTestFinished, test, vi } from 'vitest'
import { createProbe } from '../client/index.ts'
import { startTarget } from './index.ts'
import { freePort } from './port.ts'
import { fast, scratchFolder, service as serviceIn, start } from './testing/service.ts'

const scratch = scratchFolder()
const service = (name: string, parts: Parameters<typeof serviceIn>[2]) => serviceIn(scratch, name, parts)

test.concurrent('a service that already runs is found, left alone, and has no cold start', async ({
  expect,
}) => {
  await using started = await start(service('found', {}))
  const baseUrl = started.address.baseUrl ?? ''
  const spec = { kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs: 5_000 } as const
  const found = await start(spec)
  expect(found.boot).toMatchObject({ origin: 'found', outcome: 'generating' })
  // When it became healthy, nobody watched.
  expect(found.boot.firstAfterHealth).toBeUndefined()
  expect(found.boot.firstGenerationMs).toBeUndefined()
  expect(found.description).toEqual({ kind: 'url', dialect: 'openai', url: baseUrl })
  await found.stop()
  expect((await fetch(`${baseUrl}/health`)).status).toBe(200)
})

test.concurrent('a URL where nobody listens is unreachable within seconds, with the next step', async ({
  expect,
}) => {
  const port = await freePort()
  const startedAt = fast.monotonicMs()
  const spec = {
    kind: 'url',
    dialect: 'openai',
    baseUrl: `http://127.0.0.1:${port}`,
    readyTimeoutMs: 60_000,
  } as const
  await expect(start(spec, { clock: fast })).rejects.toMatchObject({
    code: 'target-unreachable',
    message: expect.stringMatching(/ECONNREFUSED.*Start the service/),
  })
  // 3 s are meant; the fast clock makes each stall of the machine five times as long, and readiness may take 60 s.
  expect(fast.monotonicMs() - startedAt).toBeLessThan(50_000)
})

test.concurrent('a host name that does not resolve is named', async ({ expect }) => {
  // An empty label is refused on this machine already: no name server is asked.
  const spec = {
    kind: 'url',
    dialect: 'openai',
    baseUrl: 'http://no..host',
    readyTimeoutMs: 60_000,
  } as const
  await expect(start(spec, { clock: fast })).rejects.toMatchObject({
    code: 'target-unreachable',
    message: expect.stringMatching(/no\.\.host does not resolve.*Correct the host name/),
  })
})

test.concurrent('https where plain http is spoken is unreachable, with the next step', async ({ expect }) => {
  await using started = await start(service('plain', {}))
  const baseUrl = started.address.baseUrl?.replace('http:', 'https:') ?? ''
  const spec = { kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs: 60_000 } as const
  await expect(startTarget(spec, { index: 0, probe: createProbe(), clock: fast })).rejects.toMatchObject({
    code: 'target-unreachable',
    message: expect.stringMatching(/tls.*meant to be https/),
  })
})

test.concurrent('a health that is closed to us is not waited for: generations tell', async ({ expect }) => {
  for (const status of [401, 403]) {
    await using started = await start(service(`closed-${status}`, { health: `return ${status}` }))
    expect(started.boot).toMatchObject({ origin: 'started', outcome: 'generating' })
    expect(started.boot.firstAfterHealth).toBeUndefined()
    const baseUrl = started.address.baseUrl ?? ''
    const startedAtMs = performance.now()
    const found = await start({ kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs: 5_000 })
    expect(found.boot.outcome).toBe('generating')
    expect(performance.now() - startedAtMs).toBeLessThan(5_000)
  }
})

test.concurrent('a found service whose health keeps saying no is judged by its generations', async ({
  expect,
}) => {
  const health = 'globalThis.asked = (globalThis.asked ?? 0) + 1; return asked > 1 ? 503 : 200'
  await using started = await start(service('sick', { health }))
  const baseUrl = started.address.baseUrl ?? ''
  const spec = { kind: 'url', dialect: 'openai', baseUrl, readyTimeoutMs: 60_000 } as const
  const found = await start(spec, { clock: fast })
  expect(found.boot.outcome).toBe('generating')
  expect(
    found.boot.attempts.filter(({ what, status }) => what === 'health' && status === 503).length,
  ).toBeGreaterThan(3)
  expect(found.boot.firstAfterHealth).toBeUndefined()
})

test('behind a proxy a service is asked by name, which this machine need not know', async () => {
  vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9')
  onTestFinished(() => void vi.unstubAllEnvs())
  const good = async () => ({ ok: true, e2eMs: 1 }) as const
  const spec = {
    kind: 'url',
    dialect: 'openai',
    baseUrl: 'https://service.test:1',
    readyTimeoutMs: 2_000,
  } as const
  await using target = await startTarget(spec, { index: 0, probe: { health: good, generate: good } })
  expect(target.boot).toMatchObject({ origin: 'found', outcome: 'generating' })
  expect(target.boot.portMs).toBeUndefined()
})
