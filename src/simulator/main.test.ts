import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startSimulator } from './start.ts'
import { exchange } from './testing/exchange.ts'

const MAIN = join(import.meta.dirname, 'main.ts')

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr.on('data', (part) => {
    stderr += part
  })
  // Listened to from the start: a child may be gone before anybody asks.
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, exit, stderr: () => stderr }
}

async function listening({ child, stderr }: ReturnType<typeof start>): Promise<string> {
  while (!stderr().includes('\n')) await once(child.stderr ?? child, 'data')
  expect(stderr()).toMatch(/^simulator listening on http:\/\/127\.0\.0\.1:\d+\n$/)
  return stderr().trim().split(' ').at(-1) ?? ''
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the child says where it listens, serves, and leaves with 0 on %s',
  async (signal) => {
    const started = start(['--profile', 'instant', '--model', 'mine', '--api-key-env', 'SIM_KEY'], {
      SIM_KEY: 'sesame',
    })
    const url = await listening(started)
    const models = await exchange(url, '/v1/models', { headers: { authorization: 'Bearer sesame' } })
    expect(JSON.parse(models.text).data[0].id).toBe('mine')
    expect((await exchange(url, '/v1/models')).status).toBe(401)
    started.child.kill(signal)
    expect(await started.exit).toBe(0)
  },
)

test('a child whose engine dies goes too', async () => {
  const started = start(['--profile', 'instant', '--fault', 'bad-constraint-kills-engine'])
  const url = await listening(started)
  const body = { prompt: 'x', structured_outputs: { regex: '[' } }
  expect((await exchange(url, '/v1/completions', { body })).status).toBe(500)
  // The API outlives its engine by 0.7 s only: a busy machine may miss it.
  const health = await exchange(url, '/health').then(
    ({ status }) => status,
    ({ code }) => code,
  )
  expect([503, 'ECONNREFUSED', 'ECONNRESET']).toContain(health)
  await started.exit
})

test.each([
  [['--port', 'x'], 2, '--port must be a whole number from 0 to 65535, not "x".'],
  [['--profile', 'h100'], 2, 'There is no profile "h100"; there are default, a100, instant.'],
  [['--dialect', 'grpc'], 2, '--dialect is openai or ananke, not "grpc".'],
  [['--fault', 'usage-zro'], 2, 'Did you mean "usage-zero"?'],
  [['--warp', '9'], 2, "'--warp'"],
  [['--api-key-env', 'SIM_NO_SUCH_KEY'], 2, 'SIM_NO_SUCH_KEY is not set'],
  [['--host', 'host.invalid', '--profile', 'instant'], 30, 'cannot listen on host.invalid'],
])('%j ends with exit %i and says why', async (args, code, message) => {
  const { exit, stderr } = start(args)
  expect(await exit).toBe(code)
  expect(stderr()).toContain(message)
})

test('a port that is taken ends the child with 30', async () => {
  await using other = await startSimulator({ profile: 'instant' })
  const { exit, stderr } = start(['--profile', 'instant', '--port', String(other.port)])
  expect(await exit).toBe(30)
  expect(stderr()).toContain(`cannot listen on 127.0.0.1:${other.port}`)
})
