import { expect, test } from 'vitest'
import { compileSchema, type Schema } from './testing/accepts.ts'

type Refused = readonly [keyword: string, schema: Schema]

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
  expect(() => compileSchema({ type: 'object', properties: { deep: schema } })).toThrow(
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
  expect(() => compileSchema(schema)).toThrow(
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
  expect(() => compileSchema(schema)).toThrow(
    expect.objectContaining({ name: 'ConstraintError', message: expect.stringContaining(keyword) }),
  )
})

test('a schema may be as deep, as wide or as cyclic as it likes: it is compiled, or refused by name', () => {
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
  const outcomes = schemas.map((schema) => {
    try {
      compileSchema(schema).start().shortestCompletion()
      return 'compiled'
    } catch (error) {
      return error instanceof Error ? error.name : error
    }
  })
  const refused = (count: number) => Array.from({ length: count }, () => 'ConstraintError')
  expect(outcomes).toEqual([...refused(5), 'compiled', ...refused(2)])
})
