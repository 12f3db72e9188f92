import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import type { TlsFiles } from '../records/index.ts'
import { createClient } from './http-client.ts'
import { profileService } from './profile.ts'
import { pem, startPrivateService, startProxy } from './testing/private-service.ts'
import { completion, json, startRawServer } from './testing/raw-server.ts'

afterEach(() => void vi.unstubAllEnvs())

/** The outcome of one generation: its text, or its failure and message. */
async function ask(baseUrl: string, tls?: TlsFiles): Promise<string> {
  await using client = await createClient({
    ...{ dialect: 'openai', baseUrl, model: 'm' },
    ...(tls && { tls }),
  })
  const answer = await client.generate({ prompt: 'x', maxTokens: 1 }, { timeoutMs: 10_000 })
  return answer.outcome === 'completed' ? answer.text : `${answer.failure}: ${answer.message}`
}

test('a certificate of a private authority is taken where the target names the authority, and nowhere else', async () => {
  await using service = await startPrivateService()
  const url = `https://127.0.0.1:${service.port}`
  expect(await ask(url)).toMatch(/^tls: /)
  expect(await ask(url, { ca: pem('authority') })).toBe('hello')
})

test('NODE_EXTRA_CA_CERTS names an authority too, beside one of the target', async () => {
  await using service = await startPrivateService()
  const client = pathToFileURL(`${import.meta.dirname}/http-client.ts`).href
  const script = `const { createClient } = await import(${JSON.stringify(client)})
    const tls = process.argv[1] === 'none' ? undefined : { ca: process.argv[1] }
    const client = await createClient({ dialect: 'openai', baseUrl: 'https://127.0.0.1:${service.port}', model: 'm', tls })
    const { text, failure } = await client.generate({ prompt: 'x', maxTokens: 1 })
    console.log(text ?? failure)
    await client.close()`
  const say = async (ca: string, env: Record<string, string>) => {
    const args = ['--no-warnings', '--input-type=module', '-e', script, ca]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 })
    return stdout.trim()
  }
  const extra = { NODE_EXTRA_CA_CERTS: pem('authority') }
  const [alone, joined, without] = await Promise.all([
    say('none', extra),
    say(`${import.meta.dirname}/testing/self-signed.pem`, extra),
    say('none', {}),
  ])
  expect([alone, joined, without]).toEqual(['hello', 'hello', 'tls'])
})

test('a service that asks for a client certificate gets that of the target', async () => {
  await using service = await startPrivateService({ asksForClient: true })
  const url = `https://127.0.0.1:${service.port}`
  const ca = pem('authority')
  expect(await ask(url, { ca })).not.toBe('hello')
  expect(await ask(url, { ca, cert: pem('client'), key: pem('client') })).toBe('hello')
})

test('a file that cannot be read or used is named before anything is sent', async () => {
  const url = 'https://127.0.0.1:9'
  await expect(ask(url, { ca: '/no/such.pem' })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/\/no\/such\.pem of the target's `tls\.ca` cannot be read/),
  })
  const mixed = { cert: pem('client'), key: pem('server') }
  await expect(ask(url, mixed)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/belongs to/),
  })
})

test.each(['HTTPS_PROXY', 'https_proxy'])(
  '%s is asked for the host by name, with the authority and the certificate of the target',
  async (name) => {
    await using service = await startPrivateService({ asksForClient: true })
    await using proxy = await startProxy()
    vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`)
    const tls = { ca: pem('authority'), cert: pem('client'), key: pem('client') }
    expect(await ask(`https://service.test:${service.port}`, tls)).toBe('hello')
    expect(proxy.asked).toEqual([`service.test:${service.port}`])
  },
)

test('a host in NO_PROXY, and this machine always, is reached without the proxy', async () => {
  await using service = await startPrivateService()
  await using proxy = await startProxy()
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
  const tls = { ca: pem('authority') }
  expect(await ask(`https://127.0.0.1:${service.port}`, tls)).toBe('hello')
  for (const noProxy of ['service.test', '.test', '*']) {
    vi.stubEnv('NO_PROXY', noProxy)
    // No name server knows it: only the proxy does.
    expect(await ask(`https://service.test:${service.port}`, tls)).toMatch(/^dns/)
  }
  expect(proxy.asked).toEqual([])
})

test('a proxy that refuses, or is not there, is no answer of the service', async () => {
  await using service = await startPrivateService()
  await using proxy = await startProxy(403)
  const tls = { ca: pem('authority') }
  for (const [port, says] of [
    [proxy.port, /^connect: .*403/],
    [9, /^connect: .*ECONNREFUSED/],
  ] as const) {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`)
    expect(await ask(`https://service.test:${service.port}`, tls)).toMatch(says)
  }
})

test('a service that ends a connection unannounced gets a new one for each request from then on, by each client', async () => {
  await using server = await startRawServer((socket) => {
    socket.write(json(completion('hello')))
    setTimeout(() => socket.end(), 2)
  })
  const address = { dialect: 'openai', baseUrl: server.url, model: 'm' } as const
  const request = { prompt: 'x', maxTokens: 1 }
  await using first = await createClient(address)
  for (let connection = 1; connection <= 2; connection++) {
    expect(first.opensEach).toBe(false)
    await first.generate(request)
    await expect.poll(() => server.open()).toBe(0)
  }
  await expect.poll(() => first.opensEach).toBe(true)
  const profile = await profileService(first)
  expect(profile.connections).toBe('one-each')
  await using second = await createClient(address, { profile })
  const asked = server.requests.length
  for (const client of [first, second])
    for (let again = 0; again < 20; again++)
      expect(await client.generate(request)).toMatchObject({ outcome: 'completed' })
  expect(server.requests.slice(asked).every(({ head }) => /^connection: close$/im.test(head))).toBe(true)
})

test('a service that keeps its connections, or says that it ends one, is used on', async () => {
  const answer = json(completion('hello'))
  await using server = await startRawServer((socket, _request, index) => {
    if (index % 2 === 0) socket.write(answer)
    else socket.end(answer.toString().replace('\r\n', '\r\nConnection: close\r\n'))
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: server.url, model: 'm' })
  for (let again = 0; again < 8; again++) {
    expect(await client.generate({ prompt: 'x', maxTokens: 1 })).toMatchObject({ outcome: 'completed' })
    await systemClock.sleep(5)
  }
  expect(client.opensEach).toBe(false)
})
