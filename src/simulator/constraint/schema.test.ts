import { expect, test } from 'vitest'
import { accepts, type Case, compileSchema, expectHeld } from './testing/accepts.ts'

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

test.each(CASES)('$name: good instances are accepted, bad ones refused', expectHeld)

test('a key comes once only, however it is spelled', () => {
  const open = compileSchema({ type: 'object', properties: { ab: { type: 'integer' } } })
  expect(accepts(open, '{"ab":1,"c":"x","d":[]}')).toBe(true)
  expect(accepts(open, '{"ab":1,"ab":2}')).toBe(false)
  expect(accepts(open, '{"c":1,"c":2}')).toBe(false)
  expect(accepts(open, '{"c":1,"\\u0063":2}')).toBe(false)
  expect(accepts(open, '{"\\u0061b":"not an integer"}')).toBe(false)
})
