import { testFaults } from '../testing/fault-table.ts'
import { QUICK } from '../testing/observe.ts'
import { constrainedTextFaults } from './constrained-text.ts'

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
  required: ['name', 'age'],
  additionalProperties: false,
}
const burst = <T>(count: number, run: () => Promise<T>) => Promise.all(Array.from({ length: count }, run))

testFaults(
  constrainedTextFaults,
  {
    'constraint-errors': async ({ ask }) => {
      const { finish, completionTokens } = await ask({ schema: PERSON, maxTokens: 200 })
      return finish === 'error' && completionTokens === 1 && (await ask()).finish !== 'error'
    },
    F05: async ({ post }) => {
      const messages = [{ role: 'user', content: 'hi' }]
      const body = {
        messages,
        max_tokens: 200,
        response_format: { type: 'json_schema', json_schema: { schema: PERSON } },
      }
      const { message } = JSON.parse((await post('/v1/chat/completions', body)).text).choices[0]
      return message.content === '' && JSON.parse(message.reasoning).age !== undefined
    },
    F07: async ({ ask }) =>
      (await burst(3, () => ask({ schema: PERSON, maxTokens: 200 }))).some(
        ({ text, finish }) => finish === 'length' && /^\{\s{100,}$/.test(text),
      ),
    F08: async ({ ask }) => {
      const { text, finish } = await ask({ schema: PERSON, maxTokens: 200 })
      return finish === 'length' && text.length === 200 && JSON.parse(text).age !== undefined
    },
    F09: async ({ ask }) => {
      const { text, finish } = await ask({ schema: PERSON, maxTokens: 200 })
      return finish === 'stop' && !text.endsWith('}')
    },
    F11: async ({ ask }) =>
      (await burst(3, () => ask({ schema: PERSON, maxTokens: 200 }))).some(({ status }) => status === 500),
    F13: async ({ ask }) => {
      const [, plain] = await Promise.all([ask({ schema: PERSON, maxTokens: 200 }), ask({ maxTokens: 30 })])
      return plain.text.includes('!!!!')
    },
    F15: async ({ ask }) =>
      (await burst(24, () => ask({ regex: '[ab]{100}', maxTokens: 200 }))).some(
        ({ status }) => status === 500,
      ),
    F25: async ({ ask }) => {
      const one = await ask({ regex: '[ab]{100}', maxTokens: 200 })
      const many = await burst(12, () => ask({ regex: '[ab]{100}', maxTokens: 200 }))
      return Math.min(...many.map(({ tookMs }) => tookMs)) > 2.5 * one.tookMs
    },
    F28: async ({ ask }) => {
      const schema = {
        type: 'object',
        properties: { v: { type: 'string', pattern: '^☃{3}$', maxLength: 3 } },
        required: ['v'],
        additionalProperties: false,
      }
      return JSON.parse((await ask({ schema, maxTokens: 200 })).text).v !== '☃☃☃'
    },
  },
  { ...QUICK, tokenMs: 1.5 },
)
