import { expect, test } from 'vitest'
import type { JsonSchema } from '../records/index.ts'
import { judgeJson } from './judge-json.ts'

const verdict = async (schema: JsonSchema, text: string) => (await judgeJson(text, schema)).verdict
const DIGIT = { type: 'integer', minimum: 0, maximum: 9 }
const MAP = { type: 'object', additionalProperties: DIGIT, required: ['first', 'second'] }
const CLOSED = {
  type: 'object',
  properties: { a: DIGIT, more: MAP },
  required: ['a'],
  additionalProperties: false,
}
/** Spelt later: what has a `then` is taken for a promise. */
const CONDITIONAL = { if: { type: 'object' }, THEN: CLOSED }
const TREE = { type: 'object', properties: { at: { anyOf: [{ $ref: '#' }, DIGIT] } } }

test('a key of a free map may stand twice: no grammar forbids it', async () => {
  const held: readonly (readonly [JsonSchema, string])[] = [
    [MAP, '{"first":1,"second":2,"x":3,"x":4}'],
    // Required is not named: the map has no list of its keys.
    [MAP, '{"first":1,"second":2,"first":3}'],
    [{ type: 'object' }, '{"a":{"b":1,"b":2},"a":3}'],
    [true, '[{"a":1,"a":2}]'],
    [{ type: 'object', patternProperties: { '^k': DIGIT }, additionalProperties: false }, '{"k1":1,"k1":2}'],
    [{ ...CLOSED, additionalProperties: DIGIT }, '{"a":1,"x":1,"x":2}'],
    [CLOSED, '{"a":1,"more":{"first":1,"second":2,"first":3}}'],
    [{ type: 'array', items: MAP }, '[{"first":1,"second":2,"first":3}]'],
    [{ anyOf: [CLOSED, MAP] }, '{"first":1,"second":2,"first":3}'],
  ]
  for (const [schema, text] of held) expect(await verdict(schema, text), text).toBe('valid')
})

test('a property that the schema names stands once, at any depth and behind any reference', async () => {
  const $defs = { closed: CLOSED }
  const broken: readonly (readonly [JsonSchema, string])[] = [
    [CLOSED, '{"a":1,"a":2}'],
    [{ ...CLOSED, additionalProperties: true }, '{"a":1,"x":1,"a":2}'],
    [{ type: 'array', items: CLOSED }, '[{"a":1},{"a":1,"a":2}]'],
    [{ type: 'array', prefixItems: [{ const: 1 }, CLOSED] }, '[1,{"a":1,"a":2}]'],
    [{ type: 'object', additionalProperties: CLOSED }, '{"x":{"a":1,"a":2}}'],
    [{ type: 'object', patternProperties: { '^x': CLOSED } }, '{"x":{"a":1,"a":2}}'],
    [{ type: 'array', items: { $ref: '#/$defs/closed' }, $defs }, '[{"a":1,"a":2}]'],
    [{ allOf: [{ type: 'object' }, CLOSED] }, '{"a":1,"a":2}'],
    [{ anyOf: [CLOSED, { type: 'null' }] }, '{"a":1,"a":2}'],
    [{ oneOf: [CLOSED, { ...CLOSED, properties: { b: DIGIT } }] }, '{"a":1,"a":2}'],
    [JSON.parse(JSON.stringify(CONDITIONAL).replace('THEN', 'then')), '{"a":1,"a":2}'],
    [TREE, '{"at":{"at":{"at":1,"at":2}}}'],
    [TREE, '{"at":{"at":1,"at":2}}'],
    [CLOSED, '{"a":1,"more":{"first":1,"second":2},"more":{"first":1,"second":2}}'],
  ]
  for (const [schema, text] of broken) {
    expect(await judgeJson(text, schema), text).toMatchObject({
      verdict: 'not-json',
      reason: expect.stringContaining('stands twice'),
    })
  }
})

test('a repeated key hides nothing else: the answer as it is read is held to the schema', async () => {
  expect(await verdict(MAP, '{"first":1,"second":2,"first":30}')).toBe('invalid')
  expect(await verdict(MAP, '{"first":1,"first":3}')).toBe('invalid')
  expect(await verdict({ type: 'object' }, '{"a":1,"a":1e400}')).toBe('not-json')
})

test('a schema that refers to itself without end is judged all the same', async () => {
  const again = { $ref: '#' }
  for (const loop of [{ anyOf: [again, again] }, { allOf: [again, again] }])
    expect(await verdict(loop, '{"x":{"a":1,"a":2}}')).toBe('unjudged')
})
