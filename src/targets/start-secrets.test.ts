import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Probe, ProcessTarget } from '../records/index.ts'
import { startTarget } from './index.ts'

const NAME = 'INFERGATE_TEST_START_SECRET'
const VALUE = 'c4nary-of-the-start'

beforeAll(() => {
  process.env[NAME] = VALUE
})

afterAll(() => {
  delete process.env[NAME]
})

/** Nothing is asked: none of these targets comes up. */
const probe: Probe = {
  health: async () => ({ ok: false, failure: 'connect', message: 'none' }),
  generate: async () => ({ ok: false, failure: 'connect', message: 'none' }),
}

const base: ProcessTarget = {
  kind: 'process',
  dialect: 'openai',
  command: ['{port}'],
  readyTimeoutMs: 2_000,
}

test.each<[string, Partial<ProcessTarget>]>([
  ['a folder that does not exist', { cwd: `/no/{env:${NAME}}` }],
  ['a command that does not exist', { command: [`/no/{env:${NAME}}`, '{port}'] }],
  [
    'a command that dies with its arguments in its log',
    { command: [process.execPath, '-e', 'console.log(process.argv[1]); process.exit(3)', `{env:${NAME}}`] },
  ],
])('the message for %s shows where the secret lives and not what it is', async (_, change) => {
  const error: Error = await startTarget({ ...base, ...change }, { index: 0, probe }).then(
    () => expect.fail('it came up'),
    (reason: Error) => reason,
  )
  expect(error.message).toContain(`[secret from environment variable ${NAME}]`)
  expect(error.message).not.toContain(VALUE)
})
