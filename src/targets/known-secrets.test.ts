import { expect, test } from 'vitest'
import type { ContainerTarget, ProcessTarget, TargetSpec } from '../records/index.ts'
import { knownSecrets } from './known-secrets.ts'

const spec: ProcessTarget = {
  kind: 'process',
  dialect: 'openai',
  command: ['serve', '{port}'],
  readyTimeoutMs: 1_000,
}

/** What a log line becomes where these variables are set. */
const logged = (line: string, env: NodeJS.ProcessEnv, target: TargetSpec = spec): string =>
  knownSecrets(target, env).reduce((text, secret) => secret.redact(text), line)

test.each([
  ['PGPASSWORD', 'hunter2hunter2', 'login with hunter2hunter2 failed', 'hunter2'],
  ['MYSQL_PWD', 'hunter2hunter2', 'login with hunter2hunter2 failed', 'hunter2'],
  [
    'DATABASE_URL',
    'postgres://me:hunter2hunter2@db/x',
    'postgresql+asyncpg://me:hunter2hunter2@db/x',
    'hunter2',
  ],
  ['PROXY', 'http://someone:p%40ss-w0rd@proxy:3128', 'user someone, password p@ss-w0rd', 'w0rd'],
  ['STORE', 'Server=db;Uid=me;Pwd=;AccountKey=hunter2hunter2;Port=1', 'key hunter2hunter2', 'hunter2'],
  ['SERVE_ARGS', '--port 1 --api-key sk-hunter2hunter2 --fast', 'args: sk-hunter2hunter2', 'hunter2'],
  ['TLS_PRIVATE_KEY', '-----BEGIN-----\nMIIEhunter2hunter2\n', 'read MIIEhunter2hunter2', 'hunter2'],
])('the secret in %s is known', (name, value, line, hidden) => {
  const text = logged(line, { [name]: value })
  expect(text).toContain(`[secret from environment variable ${name}]`)
  expect(text).not.toContain(hidden)
})

test('a key in the command is known: a server logs its arguments', () => {
  const target: ProcessTarget = {
    ...spec,
    command: ['serve', '--api-key', 'sk-hunter2hunter2', '--token={env:OTHER}'],
  }
  const line = "args: {'api_key': 'sk-hunter2hunter2', 'token': 'other-hunter2'}"
  expect(logged(line, { OTHER: 'other-hunter2' }, target)).toBe(
    "args: {'api_key': '[secret from the command of the target]', 'token': '[secret from environment variable OTHER]'}",
  )
})

test('an innocent variable is left in the log, and so is a value too short to be told from ordinary text', () => {
  const env = { TOKENIZERS_PARALLELISM: 'false-false', SSH_AUTH_SOCK: '/tmp/ssh/agent', API_KEY: 'short' }
  const line = 'false-false, /tmp/ssh/agent, short'
  expect(logged(line, env)).toBe(line)
})

test('whatever {env:NAME} yields is a secret, wherever it stands, and {plain:NAME} is not', () => {
  const process: ProcessTarget = {
    ...spec,
    command: ['serve', '--seed-phrase', '{env:WORDS}', '{plain:MODEL}'],
    cwd: '/srv/{env:TENANT}',
    env: { GREETING: 'hello {env:GUEST}' },
    urls: { health: 'http://127.0.0.1:{port}/{env:PLACE}/health' },
  }
  const container: ContainerTarget = {
    ...{ kind: 'container', dialect: 'openai', image: 'x', containerPort: 1, readyTimeoutMs: 1, shmBytes: 1 },
    ...{ pidsLimit: 16, stopGraceMs: 1, timeToLiveMs: 1 },
    entrypoint: ['{env:PLACE}'],
    command: ['{env:WORDS}', '{plain:MODEL}'],
    env: { A: '{env:GUEST}' },
    mounts: [{ source: '/srv/{env:TENANT}', target: '/x', writable: false }],
  }
  const values = { WORDS: 'horse battery', TENANT: 'acme-inc', GUEST: 'zaphod-b', PLACE: 'magrathea' }
  const line = `${Object.values(values).join(', ')}, tiny-model`
  for (const target of [process, container])
    expect(logged(line, { ...values, MODEL: 'tiny-model' }, target)).toBe(
      `${Object.keys(values)
        .map((name) => `[secret from environment variable ${name}]`)
        .join(', ')}, tiny-model`,
    )
})
