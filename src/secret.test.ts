import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { readSecret, Secret } from './secret.ts'

const secret = new Secret('s3cr"et/value', '[secret from environment variable KEY]')

test('no way of printing shows the value', () => {
  const printed = [
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ deep: { secret } }),
    String(secret),
    inspect(new Error('x', { cause: secret })),
  ]
  for (const text of printed) expect(text).not.toContain('s3cr')
})

test('an echo is replaced in plain, JSON and URL spelling', () => {
  for (const echo of ['key s3cr"et/value!', JSON.stringify({ key: 's3cr"et/value' }), 'k=s3cr%22et%2Fvalue'])
    expect(secret.redact(echo)).not.toContain('s3cr')
})

test('a missing secret names its source and the next step', () => {
  expect(() => readSecret({ env: 'INFERGATE_NO_SUCH_KEY' })).toThrow(
    /INFERGATE_NO_SUCH_KEY is missing or empty: set it/,
  )
})
