import { registerSchema, validate } from '@hyperjump/json-schema/draft-2020-12'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, type Random } from '../../random.ts'
import { type Acceptor, compileConstraint, type SimConstraint, type State } from './index.ts'

const WALKS = 25

const string = (rules: object) => ({ type: 'string', ...rules })
const integer = (rules: object) => ({ type: 'integer', ...rules })
const closed = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const SCHEMAS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['any JSON', {}],
  ['any object', { type: 'object' }],
  ['a person', closed({ name: string({ maxLength: 12 }), age: integer({ minimum: 0, maximum: 120 }) })],
  ['optional properties', closed({ a: integer({}), b: string({}), c: { type: 'null' } }, ['b'])],
  [
    'two to three properties',
    { type: 'object', minProperties: 2, maxProperties: 3, additionalProperties: integer({}) },
  ],
  [
    'declared and other properties',
    {
      type: 'object',
      properties: { a: integer({}), ab: string({}) },
      required: ['z'],
      additionalProperties: { type: 'boolean' },
    },
  ],
  ['bounded array', { type: 'array', items: { type: ['boolean', 'null'] }, minItems: 2, maxItems: 4 }],
  ['tuple', { type: 'array', prefixItems: [integer({}), string({})], items: { type: 'null' }, minItems: 1 }],
  ['length', string({ minLength: 3, maxLength: 6 })],
  ['minimum length', string({ minLength: 5 })],
  ['pattern', string({ pattern: '^[A-Z]{2,3}-\\d+$' })],
  ['pattern with length', string({ pattern: '^(ab|c)+d?$', minLength: 4, maxLength: 7 })],
  ['pattern anywhere', string({ pattern: 'x[^y]', maxLength: 8 })],
  ['pattern with minimum length', string({ pattern: '^(aa)*b', minLength: 4 })],
  ['wide characters', string({ pattern: '^[^a-z]{2,5}$' })],
  ['no characters but these', string({ pattern: '^["\\\\\\n\\u0001]{1,4}$' })],
  ...['date', 'time', 'date-time', 'email', 'uuid', 'ipv4', 'ipv6', 'hostname', 'uri'].map(
    (format) => [`format ${format}`, string({ format })] as const,
  ),
  ['decimal range', { type: 'number', minimum: -3.5, maximum: 12 }],
  ['open decimal range', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.001 }],
  ['negative range', { type: 'number', minimum: -1000, exclusiveMaximum: -0.5 }],
  ['lower bound', { type: 'number', exclusiveMinimum: 99.5 }],
  ['integers', integer({ minimum: -120, exclusiveMaximum: 9 })],
  ['multiples', integer({ multipleOf: 6, minimum: 50 })],
  ['enum', { enum: ['a', 1, null, [true], { k: 'é"' }] }],
  ['const', { const: { a: [1, 'x'] } }],
  ['anyOf', { anyOf: [string({ maxLength: 2 }), integer({ minimum: 5 }), { type: 'array', maxItems: 1 }] }],
  [
    'required alternatives',
    {
      type: 'object',
      properties: { a: integer({}), b: integer({}), c: integer({}) },
      anyOf: [{ required: ['a', 'b'] }, { required: ['c'] }],
      additionalProperties: false,
    },
  ],
  [
    'oneOf',
    { oneOf: [closed({ k: { const: 1 }, v: string({}) }), closed({ k: { const: 2 }, w: string({}) })] },
  ],
  [
    'allOf',
    {
      allOf: [
        { type: 'object', properties: { n: integer({ minimum: 1 }) }, required: ['n'] },
        { properties: { n: { maximum: 5 }, s: string({}) }, additionalProperties: false },
      ],
    },
  ],
  [
    'a tree',
    {
      $defs: { t: closed({ v: integer({}), kids: { type: 'array', items: { $ref: '#/$defs/t' } } }) },
      $ref: '#/$defs/t',
    },
  ],
  ['a chain', closed({ v: { enum: [1, 2] }, next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } })],
]

/** Draws bytes that the automaton allows, then takes its own short way out; fails where there is no way on. */
function walk(acceptor: Acceptor, random: Random): Uint8Array {
  const bytes: number[] = []
  let state: State = acceptor.start()
  const take = (byte: number) => {
    bytes.push(byte)
    state = state.next(byte)
  }
  // Drawn bytes alone would stay in the first string for ever, so some steps follow the way out.
  for (let step = random.integer(0, 60); step > 0 && !state.mustEnd(); step--) {
    const out = state.shortestCompletion()?.[0]
    const allowed = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => state.allows(byte))
    const printable = allowed.filter((byte) => byte >= 0x20 && byte < 0x7f)
    const pool = printable.length > 0 && random.next() < 0.8 ? printable : allowed
    take(out !== undefined && random.next() < 0.3 ? out : random.pick(pool))
  }
  const rest = state.shortestCompletion()
  expect(rest).toBeDefined()
  for (const byte of rest ?? []) take(byte)
  expect(state.canEnd()).toBe(true)
  return Uint8Array.from(bytes)
}

const ajv = new Ajv2020({ strict: false })
formats.default(ajv)

test.each(SCHEMAS)('whatever the automaton allows is valid: %s', async (name, schema) => {
  const acceptor = compileConstraint({ kind: 'json-schema', schema })
  const isValid = ajv.compile(schema)
  const uri = `https://infergate.test/${encodeURIComponent(name)}`
  registerSchema(structuredClone(schema) as never, uri, 'https://json-schema.org/draft/2020-12/schema')
  const secondOpinion = await validate(uri)
  const texts = new Set<string>()
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(walk(acceptor, createRandom(seed)))
      const instance = JSON.parse(text)
      texts.add(text)
      expect(isValid(instance), `${text}: ${ajv.errorsText(isValid.errors)}`).toBe(true)
      expect(secondOpinion(instance).valid, text).toBe(true)
    }),
    { seed: 7, numRuns: WALKS },
  )
  expect(texts.size).toBeGreaterThan('const' in schema ? 0 : 2)
})

const TEXTS: readonly SimConstraint[] = [
  { kind: 'regex', pattern: '[A-Z][a-z]{2,5}( [0-9]+){1,2}\\.' },
  { kind: 'regex', pattern: '(é|😀|[^a-z]){3,}' },
  { kind: 'regex', pattern: '(left|right|)' },
]

test.each(TEXTS)('whatever the automaton allows matches: %j', (constraint) => {
  const acceptor = compileConstraint(constraint)
  const regex = new RegExp(`^(?:${'pattern' in constraint ? constraint.pattern : ''})$`, 'u')
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(walk(acceptor, createRandom(seed)))
      expect(text).toMatch(regex)
    }),
    { seed: 8, numRuns: WALKS },
  )
})
