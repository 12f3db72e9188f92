import { expect, test } from 'vitest'
import type { ProcessTarget } from '../records/index.ts'
import { knownSecrets } from './known-secrets.ts'

const spec: ProcessTarget = {
  kind: 'process',
  dialect: 'openai',
  command: ['serve', '{port}'],
  readyTimeoutMs: 1_000,
}

/** What a log line becomes where these variables are set. */
const logged = (line: string, env: NodeJS.ProcessEnv, target: ProcessTarget = spec): string =>
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
    "args: {'api_key': '[secret from the command of the target]', 'token': '[secret from the command of the target]'}",
  )
})

test('an innocent variable is left in the log, and so is a value too short to be told from ordinary text', () => {
  const env = { TOKENIZERS_PARALLELISM: 'false-false', SSH_AUTH_SOCK: '/tmp/ssh/agent', API_KEY: 'short' }
  const line = 'false-false, /tmp/ssh/agent, short'
  expect(logged(line, env)).toBe(line)
})
