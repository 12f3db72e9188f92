import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { runDoctor } from './doctor.ts'
import { recordedIo } from './testing/recorded-io.ts'

const SECRET = 'c4nary-of-the-doctor'
const LABEL = '[secret from environment variable DOCTOR_SECRET]'

afterEach(() => void vi.unstubAllEnvs())

/** What `doctor` prints of a target, with its exit code. */
async function looked(target: string) {
  vi.stubEnv('DOCTOR_SECRET', SECRET)
  const io = recordedIo({ env: { DOCTOR_SECRET: SECRET } })
  writeFileSync(
    join(io.cwd, 'infergate.config.ts'),
    `export default { target: 'it', targets: { it: ${target} } }`,
  )
  return { code: await runDoctor({}, io), text: io.out() + io.err() }
}

test.each([
  ['folder', "{ kind: 'process', command: ['node', '{port}'], cwd: '/no/{env:DOCTOR_SECRET}' }"],
  ['command', "{ kind: 'process', command: ['/no/{env:DOCTOR_SECRET}', '{port}'] }"],
])('the doctor names a %s that is not there without the secret in it', async (_, target) => {
  const { code, text } = await looked(target)
  expect(code).toBe(30)
  expect(text).toContain(`/no/${LABEL}`)
  expect(text).not.toContain(SECRET)
})

test('the doctor asks a service by the URL that its variables make, and shows none of them', async () => {
  const asked: (string | undefined)[] = []
  const server = createServer(({ url }, response) => {
    asked.push(url)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":"m"}]}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const health = `http://127.0.0.1:${port}/{env:DOCTOR_SECRET}/health`
  const { text } = await looked(
    `{ kind: 'url', url: 'http://127.0.0.1:${port}', urls: { health: '${health}' } }`,
  )
  server.close()
  expect(asked).toContain(`/${SECRET}/health`)
  expect(text).toContain(`/${LABEL}/health`)
  expect(text).not.toContain(SECRET)
})
