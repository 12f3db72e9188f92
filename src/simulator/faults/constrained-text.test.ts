import { testFaults } from '../testing/fault-table.ts'
import { QUICK } from '../testing/observe.ts'
import { burst } from '../testing/patience.ts'
import { constrainedTextFaults } from './constrained-text.ts'

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 0, maximum: 120 } },
  required: ['name', 'age'],
  additionalProperties: false,
}

testFaults(
  constrainedTextFaults,
  {
    'constraint-errors': async ({ ask }) => {
      const { finish, completionTokens } = await ask({ schema: PERSON, maxTokens: 80 })
      return finish === 'error' && completionTokens === 1 && (await ask()).finish !== 'error'
    },
    'json-in-reasoning': async ({ post }) => {
      const messages = [{ role: 'user', content: 'hi' }]
      const body = {
        messages,
        max_tokens: 200,
        response_format: { type: 'json_schema', json_schema: { schema: PERSON } },
      }
      const { message } = JSON.parse((await post('/v1/chat/completions', body)).text).choices[0]
      return message.content === '' && JSON.parse(message.reasoning).age !== undefined
    },
    'json-runs-on-in-white-space': async ({ ask }) =>
      (await burst(3, () => ask({ schema: PERSON, maxTokens: 80 }))).some(
        ({ text, finish }) => finish === 'length' && /^\{\s{60,}$/.test(text),
      ),
    'spaces-after-json': async ({ ask }) => {
      const { text, finish } = await ask({ schema: PERSON, maxTokens: 80 })
      return finish === 'length' && /\s{50}$/.test(text) && JSON.parse(text).age !== undefined
    },
    'cut-json-says-stop': async ({ ask }) => {
      const { text, finish } = await ask({ schema: PERSON, maxTokens: 80 })
      return finish === 'stop' && !text.endsWith('}')
    },
    'grammar-refuses-token': async ({ ask }) =>
      (await burst(3, () => ask({ schema: PERSON, maxTokens: 80 }))).some(({ status }) => status === 500),
    'constraint-spoils-neighbour': async ({ ask }) => {
      const plain = { prompt: 'Count to 99.', maxTokens: 30 }
      const [, { text }] = await Promise.all([ask({ regex: '[ab]{200}', maxTokens: 80 }), ask(plain)])
      return text.includes('!!!!')
    },
    'constraints-fail-under-load': async ({ ask }) =>
      (await burst(24, () => ask({ regex: '[ab]{120}', maxTokens: 80 }))).some(
        ({ status }) => status === 500,
      ),
    'constraints-slow-under-load': async ({ ask }) => {
      // Both kinds side by side, 24 tokens each, so that a busy machine slows both.
      const plain = { prompt: 'Count to 99.', temperature: 0, maxTokens: 24 }
      const [held, free] = await Promise.all([
        burst(12, () => ask({ regex: '[ab]{96}', maxTokens: 80 })),
        burst(12, () => ask(plain)),
      ])
      const total = (all: readonly { tookMs: number }[]) => all.reduce((sum, { tookMs }) => sum + tookMs, 0)
      return total(held) > 1.5 * total(free)
    },
    'max-length-counts-bytes': async ({ ask }) => {
      const schema = {
        type: 'object',
        properties: { v: { type: 'string', pattern: '^☃{3}$', maxLength: 3 } },
        required: ['v'],
        additionalProperties: false,
      }
      return JSON.parse((await ask({ schema, maxTokens: 80 })).text).v !== '☃☃☃'
    },
  },
  {
    profile: { ...QUICK, tokenMs: 10 },
    oneByOne: ['constraints-fail-under-load', 'constraints-slow-under-load'],
  },
)
