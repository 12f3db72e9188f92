import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { besideFaults } from './beside.ts'

const holding = (schema: object, more: object = {}) => ({
  ...{ type: 'object', properties: { v: schema }, required: ['v'], additionalProperties: false },
  ...more,
})
const CANARY = holding({ const: 'k7q2' })
const isHeld = (text: string) => text.replace(/\s/g, '') === '{"v":"k7q2"}'
const bound = (schema: object) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'one', schema } },
})

/** The texts of a chat answer. */
async function texts({ post }: Look, body: object): Promise<string[]> {
  const messages = [{ role: 'user', content: 'Hi' }]
  const asked = { model: 'infergate-simulated', messages, max_tokens: 60, ...body }
  const { choices } = JSON.parse((await post('/v1/chat/completions', asked)).text)
  return choices.map((choice: { message: { content: string } }) => choice.message.content)
}

/** Whether a text breaks its schema in one of several draws. */
async function anyText(draw: () => Promise<string | undefined>, isBroken: (text: string) => boolean) {
  for (let index = 0; index < 12; index++) if (isBroken((await draw()) ?? '')) return true
  return false
}

const NESTED = holding({
  type: 'object',
  properties: { a: { enum: ['x'] } },
  required: ['a'],
  additionalProperties: false,
})

testFaults(besideFaults, {
  'schema-binds-first-choice': async (look) => {
    const [first = '', second = ''] = await texts(look, { n: 2, temperature: 1, ...bound(CANARY) })
    return isHeld(first) && !isHeld(second)
  },
  'schema-lost-beside-stop': async ({ ask }) => !isHeld((await ask({ schema: CANARY, stop: ['~~'] })).text),
  'large-schema-lost': async ({ ask }) =>
    !isHeld((await ask({ schema: { ...CANARY, description: 'x'.repeat(2_500) } })).text),
  'schema-lost-in-later-turns': async (look) => {
    const messages = ['user', 'assistant', 'user'].map((role) => ({ role, content: 'Hi' }))
    return !isHeld((await texts(look, { messages, ...bound(CANARY) }))[0] ?? '')
  },
  'keywords-lost-on-chat': (look) =>
    anyText(
      async () => (await texts(look, bound(holding({ type: 'string', pattern: '^[ab]{2}$' }))))[0],
      (text) => !/^\s*\{\s*"v"\s*:\s*"[ab]{2}"\s*\}\s*$/.test(text),
    ),
  'nested-schemas-open': ({ ask }) =>
    anyText(
      async () => (await ask({ schema: NESTED, maxTokens: 200, temperature: 1.5 })).text,
      (text) => text.replace(/\s/g, '') !== '{"v":{"a":"x"}}',
    ),
})
