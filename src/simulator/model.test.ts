import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileConstraint, type SimConstraint } from './constraint/index.ts'
import {
  countTokens,
  generateTokens,
  type ModelRequest,
  type ModelToken,
  tokenize,
  tokenizer,
} from './model.ts'

const GREEDY = { maxTokens: 200, temperature: 0, topP: 1, topK: 0, minP: 0 }

type Asked = Partial<Omit<ModelRequest, 'constraint'>> & { readonly constraint?: SimConstraint }

function generate(prompt: string, asked: Asked = {}, seed: number | string = 1) {
  const { constraint, ...sampling } = asked
  const acceptor = constraint && { constraint: compileConstraint(constraint) }
  const tokens: readonly ModelToken[] = [
    ...generateTokens({ prompt, ...GREEDY, ...sampling, ...acceptor }, seed),
  ]
  const decode = (bytes: Uint8Array) =>
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  return {
    text: tokens.map(({ bytes }) => decode(bytes)).join(''),
    tokens,
    count: tokens.length,
    ended: tokens.at(-1)?.end ?? false,
  }
}

const schema = (value: Readonly<Record<string, unknown>>): SimConstraint => ({
  kind: 'json-schema',
  schema: value,
})

test.each([
  ['Repeat: "ab12-cd34"', '"ab12-cd34"'],
  ['Repeat: "a1" "b2" "c3"', '"a1" "b2" "c3"'],
  ['Repeat: "naïve ☃ 안녕"', '"naïve ☃ 안녕"'],
  ['[x8a] What is the capital of Italy?', 'The capital of Italy is Rome.'],
  ['Count to 7.', '1 2 3 4 5 6 7'],
  ['Give Rosa, 31, Oslo as JSON.', '{"name": "Rosa", "age": 31, "city": "Oslo"}'],
  ['Tell me a story.\nNo: Repeat: "last"', '"last"'],
])('%j is answered', (prompt, answer) => {
  expect(generate(prompt)).toMatchObject({ text: answer, ended: true })
})

test('a story has more than 64 tokens, a greeting has a name, other prompts get sentences of their own', () => {
  expect(generate('Tell me a story.').count).toBeGreaterThan(64)
  expect(generate('Say hello.').text).toMatch(/^Hello, [A-Z][a-z]+!$/)
  const [poem, sea] = ['Write a poem.', 'Write three sentences about the sea.'].map(
    (prompt) => generate(prompt).text,
  )
  expect(poem).toMatch(/^([A-Z][a-z ]+\.( |$))+$/)
  expect(sea).not.toBe(poem)
})

test('equal seeds give equal bytes, different seeds do not', () => {
  const draw = (seed: number) => generate('Tell me a story.', { temperature: 1 }, seed).text
  expect(draw(5)).toBe(draw(5))
  expect(new Set([1, 2, 3, 4].map(draw)).size).toBe(4)
})

test('temperature 0 does not ask the seed, and temperature 1.5 says something else', () => {
  expect(generate('Tell me a story.', {}, 1).text).toBe(generate('Tell me a story.', {}, 2).text)
  expect(generate('Tell me a story.', { temperature: 1.5 }).text).not.toBe(generate('Tell me a story.').text)
})

test.each([{ topK: 1 }, { topP: 1e-6 }, { minP: 1 }])(
  '%j leaves only the best choice, at any temperature',
  (filter) => {
    const greedy = generate('Tell me a story.').text
    expect(generate('Tell me a story.', { temperature: 1.5 }).text).not.toBe(greedy)
    expect(generate('Tell me a story.', { temperature: 1.5, ...filter }).text).toBe(greedy)
  },
)

test('a copied marker survives a temperature of 1', () => {
  const answers = Array.from(
    { length: 60 },
    (_, seed) => generate('Repeat: "ab12-cd34"', { temperature: 1 }, seed).text,
  )
  expect(answers.filter((text) => text === '"ab12-cd34"').length).toBeGreaterThan(55)
})

test('max_tokens cuts exactly, and a shorter answer is the beginning of a longer one', () => {
  const whole = generate('Tell me a story.').text
  for (const maxTokens of [1, 2, 7, 33]) {
    const { text, count, ended } = generate('Tell me a story.', { maxTokens })
    expect([count, ended, whole.startsWith(text)]).toEqual([maxTokens, false, true])
  }
})

test('ignore_eos goes on to the limit; min_tokens keeps the end away until then', () => {
  expect(generate('Count to 7.', { ignoreEos: true, maxTokens: 90 })).toMatchObject({
    count: 90,
    ended: false,
  })
  const { count, ended } = generate('Count to 7.', { minTokens: 30 })
  expect(count).toBeGreaterThan(30)
  expect(ended).toBe(true)
  expect(generate('Count to 7.').count).toBeLessThan(10)
})

test('every token is whole characters, and the tokens of an answer are those of its text', () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(0, 1, 2), (seed, temperature) => {
      const { text, tokens } = generate('Repeat: "é😀 ☃"', { temperature }, seed)
      const spoken = tokens.filter(({ end }) => !end).map(({ bytes }) => Buffer.from(bytes).toString())
      expect(spoken).toEqual(tokenize(text).map((bytes) => Buffer.from(bytes).toString()))
      expect(tokens.every(({ logprob }) => logprob <= 1e-9 && Number.isFinite(logprob))).toBe(true)
    }),
    { seed: 1, numRuns: 60 },
  )
})

test('token ids and texts map one to one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
      const ids = tokenizer.encode(text)
      expect(tokenizer.decode(ids)).toBe(text)
      expect(tokenizer.count(text)).toBe(ids.length)
    }),
    { seed: 2, numRuns: 200 },
  )
})

const PERSON = schema({
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer', minimum: 0, maximum: 120 },
    city: { type: 'string' },
  },
  required: ['name', 'age', 'city'],
  additionalProperties: false,
})

test.each<readonly [string, SimConstraint, string]>([
  ['Give Rosa, 31, Oslo as JSON.', PERSON, '{"name":"Rosa","age":31,"city":"Oslo"}'],
  ['Give Rosa, 31, Oslo as JSON.', { kind: 'json-object' }, '{"name":"Rosa","age":31,"city":"Oslo"}'],
  ['Tell a story, no JSON.', schema({ const: { k: 'x-1' } }), '{"k":"x-1"}'],
  [
    'Note "q7-z2".',
    schema({ type: 'object', properties: { marker: { type: 'string' } } }),
    '{"marker":"q7-z2"}',
  ],
  ['What is the capital of Italy?', { kind: 'choice', choices: ['Paris', 'Rome'] }, 'Rome'],
  ['Repeat: "ab12-cd34"', { kind: 'regex', pattern: '"[a-z0-9-]+"' }, '"ab12-cd34"'],
  ['Give an empty list.', schema({ type: 'array', items: { type: 'integer' } }), '[]'],
])('%j under a constraint gets the answer that is meant', (prompt, constraint, answer) => {
  expect(generate(prompt, { constraint })).toMatchObject({ text: answer, ended: true })
})

const CONSTRAINTS: readonly SimConstraint[] = [
  PERSON,
  { kind: 'json-object' },
  schema({}),
  schema({ type: 'array', items: { type: 'array', items: { type: 'string' } }, minItems: 2 }),
  schema({ type: 'string', pattern: '^[A-Z]+[0-9]+$', minLength: 20 }),
  schema({
    type: 'object',
    properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
    required: ['next'],
  }),
  { kind: 'regex', pattern: '[a-z]+( [0-9]+)+\\.' },
  { kind: 'regex', pattern: '(😀|é){3,}' },
]

test.each(CONSTRAINTS)('a constraint is kept and closed within the budget, however hot: %j', (constraint) => {
  const acceptor = compileConstraint(constraint)
  const least = countTokens(acceptor.start().shortestCompletion() ?? new Uint8Array()) + 1
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom(0, 1, 2),
      fc.integer({ min: 0, max: 24 }),
      (seed, temperature, spare) => {
        const maxTokens = least + spare
        const { text, ended, count } = generate(
          'Tell me a story.',
          { constraint, temperature, maxTokens },
          seed,
        )
        let state = acceptor.start()
        for (const byte of Buffer.from(text)) state = state.next(byte)
        expect([state.canEnd(), ended, count <= maxTokens], text).toEqual([true, true, true])
      },
    ),
    { seed: 3, numRuns: 40 },
  )
})

test('a budget that no answer fits gives the beginning of one', () => {
  const { text, ended, count } = generate('Give Rosa, 31, Oslo as JSON.', {
    constraint: PERSON,
    maxTokens: 3,
  })
  expect([text.startsWith('{"name":"'), ended, count]).toEqual([true, false, 3])
})
