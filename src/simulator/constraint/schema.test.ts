import { expect, test } from 'vitest'
import { type Acceptor, compileConstraint } from './index.ts'

const compile = (schema: Readonly<Record<string, unknown>> | boolean): Acceptor =>
  compileConstraint({ kind: 'json-schema', schema })

function accepts(acceptor: Acceptor, text: string | Uint8Array): boolean {
  let state = acceptor.start()
  for (const byte of Buffer.from(text)) {
    if (!state.allows(byte)) return false
    state = state.next(byte)
  }
  return state.canEnd()
}

type Case = {
  readonly name: string
  readonly schema: Readonly<Record<string, unknown>> | boolean
  readonly good: readonly unknown[]
  readonly bad: readonly unknown[]
}

const person = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
  required: ['name', 'age'],
  additionalProperties: false,
}

const list = {
  $defs: {
    node: {
      type: 'object',
      properties: {
        value: { type: 'integer' },
        next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
      },
      required: ['value', 'next'],
      additionalProperties: false,
    },
  },
  $ref: '#/$defs/node',
}

const shape = (kind: string, size: string) => ({
  type: 'object',
  properties: { kind: { const: kind }, [size]: { type: 'number' } },
  required: ['kind', size],
  additionalProperties: false,
})

/** Good instances have their keys in the schema's order: that is the order in which they are written. */
const CASES: readonly Case[] = [
  { name: 'true', schema: true, good: [1, 'a', null, [], {}, { a: [{ b: -1.5 }] }], bad: [] },
  {
    name: 'a closed object',
    schema: person,
    good: [
      { name: 'Rosa', age: 31 },
      { name: '', age: 0 },
      { name: '😀'.repeat(12), age: 120 },
    ],
    bad: [
      { name: 'Rosa' },
      { name: 'Rosa', age: 121 },
      { name: '😀'.repeat(13), age: 1 },
      { age: 3, name: 'x' },
      {},
      [],
    ],
  },
  {
    name: 'optional and additional properties',
    schema: {
      properties: { a: { type: 'integer' }, b: { type: 'string' } },
      type: 'object',
      additionalProperties: { type: 'boolean' },
    },
    good: [{}, { a: 1 }, { b: 'x' }, { a: 1, b: 'x', c: true }, { z: false, y: true }],
    bad: [{ a: 'x' }, { c: 1 }, { a: 1, c: null }],
  },
  {
    name: 'required without a declaration',
    schema: { type: 'object', required: ['id'], additionalProperties: { type: 'integer' } },
    good: [{ id: 1 }, { id: 1, x: 2 }],
    bad: [{}, { x: 2 }, { id: 'a' }],
  },
  {
    name: 'a number of properties',
    schema: {
      type: 'object',
      properties: { a: {}, b: {}, c: {} },
      required: ['c'],
      minProperties: 2,
      maxProperties: 2,
      additionalProperties: false,
    },
    good: [
      { a: 1, c: 1 },
      { b: 1, c: 1 },
    ],
    bad: [{ c: 1 }, { a: 1, b: 1 }, { a: 1, b: 1, c: 1 }],
  },
  {
    name: 'properties that share a beginning',
    schema: {
      type: 'object',
      properties: { a: { const: 1 }, ab: { const: 2 } },
      additionalProperties: { const: 3 },
    },
    good: [{ a: 1, ab: 2, abc: 3 }, { ab: 2 }, { abc: 3 }],
    bad: [{ a: 2 }, { ab: 3 }, { a: 3 }, { abc: 1 }],
  },
  {
    name: 'a forbidden property',
    schema: { type: 'object', properties: { a: false }, additionalProperties: true },
    good: [{}, { b: 1 }],
    bad: [{ a: 1 }],
  },
  {
    name: 'an array',
    schema: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 2, maxItems: 3 },
    good: [
      ['a', 'b'],
      ['a', 'a', 'a'],
    ],
    bad: [[], ['a'], ['a', 'a', 'a', 'a'], ['a', 'c'], {}],
  },
  {
    name: 'a tuple',
    schema: {
      type: 'array',
      prefixItems: [{ type: 'integer' }, { type: 'string' }],
      items: false,
      minItems: 1,
    },
    good: [[1], [1, 'a']],
    bad: [[], ['a'], [1, 2], [1, 'a', 2]],
  },
  {
    name: 'a tuple as draft 7 spelled it',
    schema: { type: 'array', items: [{ type: 'integer' }], additionalItems: { type: 'null' }, maxItems: 3 },
    good: [[], [1], [1, null, null]],
    bad: [[null], [1, 2], [1, null, null, null]],
  },
  {
    name: 'length in characters, not in bytes or escapes',
    schema: { type: 'string', minLength: 2, maxLength: 3 },
    good: ['ab', 'abc', '😀😀😀', '"\\', 'é\n'],
    bad: ['a', 'abcd', '😀', '', 1],
  },
  {
    name: 'pattern and length',
    schema: { type: 'string', pattern: '^[a-z]+\\d$', minLength: 3, maxLength: 5 },
    good: ['ab1', 'abcd1'],
    bad: ['a1', 'abcde1', 'abc', 'ab12'],
  },
  {
    name: 'a pattern anywhere in the text',
    schema: { type: 'string', pattern: '[0-9]', maxLength: 4 },
    good: ['1', 'a1', '1abc', 'ab1c'],
    bad: ['', 'abc', 'abcd1'],
  },
  {
    name: 'two patterns at once',
    schema: { type: 'string', allOf: [{ pattern: '^a' }, { pattern: 'z$' }] },
    good: ['az', 'abz'],
    bad: ['a', 'z', 'ab', 'za'],
  },
  {
    name: 'a date',
    schema: { format: 'date', type: 'string' },
    good: ['2024-02-29', '2023-12-31'],
    bad: ['2023-02-29', '2024-13-01', '2024-04-31'],
  },
  {
    name: 'an IPv4 address',
    schema: { format: 'ipv4', type: 'string' },
    good: ['0.0.0.0', '255.249.10.1'],
    bad: ['256.1.1.1', '1.1.1', '01.1.1.1'],
  },
  {
    name: 'several types',
    schema: { type: ['integer', 'null'] },
    good: [1, -2, null],
    bad: ['a', 1.5, true],
  },
  {
    name: 'enum of any JSON',
    schema: { enum: [1, 'a"b', null, [1, { x: 2 }], { k: 'v' }] },
    good: [1, 'a"b', null, [1, { x: 2 }], { k: 'v' }],
    bad: [2, 'a', [], { k: 'w' }],
  },
  {
    name: 'enum beside a type',
    schema: { type: 'string', enum: ['a', 1, 'bb'], maxLength: 1 },
    good: ['a'],
    bad: [1, 'bb'],
  },
  {
    name: 'const',
    schema: { const: { marker: 'x-1' } },
    good: [{ marker: 'x-1' }],
    bad: [{ marker: 'x-2' }, {}],
  },
  {
    name: 'recursion through $defs',
    schema: list,
    good: [
      { value: 1, next: null },
      { value: 1, next: { value: 2, next: null } },
    ],
    bad: [{ value: 1 }, { value: 1, next: 2 }],
  },
  {
    name: 'recursion through #',
    schema: {
      type: 'object',
      properties: { kids: { type: 'array', items: { $ref: '#' } } },
      additionalProperties: false,
    },
    good: [{}, { kids: [] }, { kids: [{}, { kids: [{}] }] }],
    bad: [{ kids: [1] }, { kids: {} }],
  },
  {
    name: 'anyOf beside other keywords',
    schema: {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'integer' } },
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
      additionalProperties: false,
    },
    good: [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }],
    bad: [{}, { a: 'x' }],
  },
  {
    name: 'oneOf told apart by a const',
    schema: { oneOf: [shape('circle', 'radius'), shape('square', 'side')] },
    good: [
      { kind: 'circle', radius: 1 },
      { kind: 'square', side: 2.5 },
    ],
    bad: [
      { kind: 'circle', side: 1 },
      { kind: 'triangle', side: 1 },
    ],
  },
  {
    name: 'oneOf told apart by type or range',
    schema: { oneOf: [{ type: 'null' }, { type: 'integer', maximum: 3 }, { type: 'integer', minimum: 5 }] },
    good: [null, 3, 5],
    bad: [4, 'x'],
  },
  {
    name: 'allOf merged',
    schema: {
      allOf: [
        { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'] },
        { properties: { n: { maximum: 5 }, s: { type: 'string' } }, additionalProperties: false },
      ],
    },
    good: [{ n: 1 }, { n: 5, s: '' }],
    bad: [{ n: 0 }, { n: 6 }, { n: 1, x: 1 }, {}],
  },
  {
    name: '$ref beside other keywords',
    schema: { $defs: { n: { type: 'integer' } }, $ref: '#/$defs/n', minimum: 5 },
    good: [5, 10],
    bad: [4, 5.5],
  },
  {
    name: 'a pointer with escapes',
    schema: { $defs: { 'a/b~c d': { const: 1 } }, $ref: '#/$defs/a~1b~0c%20d' },
    good: [1],
    bad: [2],
  },
]

test.each(CASES)('$name: good instances are accepted, bad ones refused', ({ schema, good, bad }) => {
  const acceptor = compile(schema)
  const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value))
  expect(texts(good).filter((text) => !accepts(acceptor, text))).toEqual([])
  expect(texts(bad).filter((text) => accepts(acceptor, text))).toEqual([])
})

type Refused = readonly [keyword: string, schema: Readonly<Record<string, unknown>> | boolean]

const UNHELD: readonly Refused[] = [
  ['not', { not: { type: 'string' } }],
  ['if', { if: {}, else: {} }],
  ['patternProperties', { patternProperties: { a: {} } }],
  ['propertyNames', { propertyNames: { maxLength: 3 } }],
  ['uniqueItems', { uniqueItems: true }],
  ['contains', { contains: {} }],
  ['dependentRequired', { dependentRequired: {} }],
  ['unevaluatedProperties', { unevaluatedProperties: false }],
  ['multipleOf', { multipleOf: 0.1 }],
  ['format', { type: 'string', format: 'idn-email' }],
  ['oneOf', { oneOf: [{ type: 'integer' }, { type: 'number' }] }],
  [
    'oneOf',
    {
      oneOf: [
        { required: ['a'], type: 'object' },
        { required: ['b'], type: 'object' },
      ],
    },
  ],
  [
    'oneOf',
    {
      oneOf: [
        { type: ['string', 'integer'], maximum: 3 },
        { type: ['string', 'integer'], minimum: 5 },
      ],
    },
  ],
  ['$ref', { $ref: 'https://example.com/schema' }],
  ['requird', { type: 'object', requird: ['a'] }],
]

test.each(UNHELD)('%s, where it cannot be held, is refused by name', (keyword, schema) => {
  expect(() => compile({ type: 'object', properties: { deep: schema } })).toThrow(
    expect.objectContaining({ name: 'ConstraintError', message: expect.stringContaining(keyword) }),
  )
})

const IMPOSSIBLE: readonly Refused[] = [
  ['', false],
  ['enum', { enum: [] }],
  ['enum', { enum: ['a'], type: 'integer' }],
  ['minimum', { type: 'integer', minimum: 5, maximum: 4 }],
  ['minLength', { type: 'string', minLength: 3, maxLength: 2 }],
  ['minLength', { type: 'string', pattern: '^a$', minLength: 2 }],
  ['minItems', { type: 'array', minItems: 2, maxItems: 1 }],
  ['minProperties', { type: 'object', minProperties: 2, maxProperties: 1 }],
  ['', { type: 'object', required: ['a'], additionalProperties: false }],
  ['', { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }],
  ['', { type: 'array', prefixItems: [false], minItems: 1 }],
  ['', { allOf: [{ type: 'string' }, { type: 'null' }] }],
  ['$ref', { $ref: '#' }],
  ['shortest', { type: 'array', minItems: 10_000_000 }],
]

test.each(IMPOSSIBLE)('%s: a schema that nothing can satisfy is refused: %j', (keyword, schema) => {
  expect(() => compile(schema)).toThrow(
    expect.objectContaining({ name: 'ConstraintError', message: expect.stringContaining(keyword) }),
  )
})

const MALFORMED: readonly Refused[] = [
  ['type', { type: 'strnig' }],
  ['type', { type: 7 }],
  ['minLength', { minLength: -1 }],
  ['maxItems', { maxItems: 1.5 }],
  ['required', { required: 'a' }],
  ['properties', { properties: [] }],
  ['properties/a', { properties: { a: 3 } }],
  ['anyOf', { anyOf: [] }],
  ['enum', { enum: 'a' }],
  ['pattern', { pattern: 3 }],
  ['regex', { type: 'string', pattern: '(' }],
  ['$ref', { $ref: '#/$defs/none' }],
  ['$ref', { $ref: '#/%zz' }],
  ['exclusiveMinimum', { minimum: 1, exclusiveMinimum: true }],
  ['multipleOf', { multipleOf: 0 }],
]

test.each(MALFORMED)('%s: a malformed schema is refused: %j', (keyword, schema) => {
  expect(() => compile(schema)).toThrow(
    expect.objectContaining({ name: 'ConstraintError', message: expect.stringContaining(keyword) }),
  )
})

test('a schema may be as deep, as wide or as cyclic as it likes: it is refused or compiled soon', () => {
  const nest = (depth: number, wrap: (inner: object) => object) => {
    let schema: object = { type: 'integer' }
    for (let i = 0; i < depth; i++) schema = wrap(schema)
    return schema as Record<string, unknown>
  }
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`p${i}`, { type: 'integer' }]))
  const schemas = [
    nest(5000, (items) => ({ type: 'array', items })),
    nest(5000, (inner) => ({ allOf: [inner] })),
    nest(5000, (inner) => ({ anyOf: [inner, { type: 'null' }] })),
    nest(30, (inner) => ({ anyOf: [inner, inner] })),
    nest(20, (inner) => ({ type: 'object', properties: { a: inner, b: inner }, required: ['a', 'b'] })),
    { type: 'object', properties: wide, additionalProperties: false },
    { anyOf: [{ $ref: '#' }, { type: 'null' }] },
    { const: nest(5000, (inner) => ({ inner })) },
  ]
  const startedMs = performance.now()
  for (const schema of schemas) {
    try {
      compile(schema).start().shortestCompletion()
    } catch (error) {
      expect(error).toMatchObject({ name: 'ConstraintError' })
    }
  }
  expect(performance.now() - startedMs).toBeLessThan(5000)
})

test.each<readonly [string, Uint8Array | string, boolean]>([
  ['short escapes', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', true],
  ['\\u escapes', '"\\u00e9\\uFFFD"', true],
  ['a surrogate pair', '"\\ud83d\\ude00"', true],
  ['a lone high surrogate', '"\\ud83d"', false],
  ['a lone low surrogate', '"\\ude00"', false],
  ['an unknown escape', '"\\x41"', false],
  ['a raw line feed', '"\n"', false],
  ['a raw control character', '"\u0001"', false],
  ['raw UTF-8', '"é€😀"', true],
  ['an overlong sequence', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), false],
  ['a surrogate as UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), false],
  ['a sequence cut short', Uint8Array.of(0x22, 0xe2, 0x82, 0x22), false],
  ['a code point beyond Unicode', Uint8Array.of(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22), false],
  ['white space around', ' "a"', false],
])('in a string, %s', (_, text, allowed) => {
  expect(accepts(compile({ type: 'string' }), text)).toBe(allowed)
})

test('a key comes once only, however it is spelled', () => {
  const open = compile({ type: 'object', properties: { ab: { type: 'integer' } } })
  expect(accepts(open, '{"ab":1,"c":"x","d":[]}')).toBe(true)
  expect(accepts(open, '{"ab":1,"ab":2}')).toBe(false)
  expect(accepts(open, '{"c":1,"c":2}')).toBe(false)
  expect(accepts(open, '{"c":1,"\\u0063":2}')).toBe(false)
  expect(accepts(open, '{"\\u0061b":"not an integer"}')).toBe(false)
})

test('json_object accepts any object and nothing else', () => {
  const acceptor = compileConstraint({ kind: 'json-object' })
  expect(accepts(acceptor, '{"a":{"b":[1,null]}}')).toBe(true)
  expect(accepts(acceptor, '[1]')).toBe(false)
  expect(accepts(acceptor, '{} ')).toBe(false)
})

test('choice accepts each choice, whole', () => {
  const acceptor = compileConstraint({ kind: 'choice', choices: ['yes', 'yes please', 'né'] })
  expect(
    ['yes', 'yes please', 'né', 'ye', 'yes pl', 'no', ''].filter((text) => accepts(acceptor, text)),
  ).toEqual(['yes', 'yes please', 'né'])
  expect(() => compileConstraint({ kind: 'choice', choices: [] })).toThrow(
    expect.objectContaining({ name: 'ConstraintError' }),
  )
})
