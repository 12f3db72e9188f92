import { expect, test, vi } from 'vitest'
import { type Clock, systemClock } from '../clock.ts'
import { judgeJson } from './judge-json.ts'
import { judgePattern } from './judge-pattern.ts'

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
  required: ['name', 'age'],
  additionalProperties: false,
}

test('a thread that does not start in time, by the clock, leaves the answer unjudged, and the next one is judged', async () => {
  // The thread of another test of this process may still be there; a module that is loaded anew has none.
  vi.resetModules()
  const { judgeJson } = await import('./judge-json.ts')
  const overtime: Clock = { ...systemClock, sleep: async () => {} }
  expect(await judgeJson('{}', {}, overtime)).toMatchObject({
    verdict: 'unjudged',
    // Where another test has started the thread already, its verdict is what comes too late.
    reason: expect.stringMatching(/did not start|no verdict within/),
  })
  expect(await judgeJson('{}', {})).toMatchObject({ verdict: 'valid' })
})

test('an answer that the schema allows is valid', async () => {
  expect(await judgeJson('{"name":"Rosa","age":31}', PERSON)).toEqual({ verdict: 'valid', reason: '' })
})

test('each broken keyword is invalid and named', async () => {
  expect(await judgeJson('{"name":"Rosa","age":131}', PERSON)).toMatchObject({
    verdict: 'invalid',
    reason: '/age must be <= 120',
  })
  expect(await judgeJson('{"name":"Rosa"}', PERSON)).toMatchObject({ verdict: 'invalid' })
})

test('a cut answer is truncated, never invalid', async () => {
  expect(await judgeJson('{"name":"Ro', PERSON)).toMatchObject({ verdict: 'truncated' })
})

test('prose, a duplicate key and an infinite number are no JSON', async () => {
  expect(await judgeJson('Sure! {"name"', PERSON)).toMatchObject({ verdict: 'not-json' })
  expect(await judgeJson('{"age":1,"age":2}', PERSON)).toMatchObject({ verdict: 'not-json' })
  expect(await judgeJson('1e400', { type: 'number' })).toMatchObject({ verdict: 'not-json' })
})

test('formats and 2020-12 keywords are judged', async () => {
  const schema = { type: 'array', prefixItems: [{ type: 'string', format: 'date' }] }
  expect(await judgeJson('["2026-02-30"]', schema)).toMatchObject({ verdict: 'invalid' })
  expect(await judgeJson('["2026-02-27"]', schema)).toMatchObject({ verdict: 'valid' })
})

test('a schema too deep to compile is unjudged before ajv sees it', async () => {
  let schema: Record<string, unknown> = { type: 'string' }
  for (let depth = 0; depth < 800; depth++) schema = { type: 'object', properties: { a: schema } }
  expect(await judgeJson('{}', schema)).toMatchObject({ verdict: 'unjudged' })
})

test('a pattern that never ends is killed, and the next judgement works', async () => {
  const hostile = judgePattern(`${'a'.repeat(40)}b`, '(a+)+c?(a+)+$', 500)
  expect(await hostile).toMatchObject({ verdict: 'unjudged', reason: expect.stringContaining('500 ms') })
  expect(await judgePattern('ab', '[ab]+')).toMatchObject({ verdict: 'valid' })
  expect(await judgePattern('abc', '[ab]+')).toMatchObject({ verdict: 'invalid' })
})

test('a schema that ajv cannot compile is unjudged, not valid', async () => {
  expect(await judgeJson('{}', { type: 'no-such-type' })).toMatchObject({ verdict: 'unjudged' })
})

test('a schema leaves nothing behind for the next one: not its $id, not what it broke', async () => {
  const META = 'https://json-schema.org/draft/2020-12/schema'
  const verdicts: string[] = []
  for (const schema of [
    { $id: 'https://one.test/', type: 'array' },
    { $id: 'https://one.test/', type: 'no-such-type' },
    { $id: 'https://one.test/', type: 'object' },
    { $id: META, type: 'object' },
    { $schema: META, type: 'object' },
    true,
  ])
    verdicts.push((await judgeJson('{}', schema)).verdict)
  expect(verdicts).toEqual(['invalid', 'unjudged', 'valid', 'unjudged', 'valid', 'valid'])
})

test('a thread that has judged by many schemas lives on: what the compiler keeps of each is let go', async () => {
  const large = 'x'.repeat(400_000)
  for (let index = 0; index < 320; index++) {
    const schema = { type: 'string', pattern: `^${index}$`, description: large }
    expect(await judgeJson(`"${index}"`, schema)).toEqual({ verdict: 'valid', reason: '' })
  }
})
