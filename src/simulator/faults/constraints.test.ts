import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { constraintFaults } from './constraints.ts'

/** The value under `v` of an object held to `schema`; undefined when the text is no such JSON. */
async function value({ ask }: Look, schema: object): Promise<unknown> {
  const whole = { type: 'object', properties: { v: schema }, required: ['v'], additionalProperties: false }
  const { text } = await ask({ schema: whole, maxTokens: 400 })
  return text.startsWith('{') ? JSON.parse(text).v : undefined
}
/** Whether `isBroken` is true of any of several values drawn. */
async function anyValue(look: Look, schema: object, isBroken: (value: unknown) => boolean): Promise<boolean> {
  for (let index = 0; index < 12; index++) if (isBroken(await value(look, schema))) return true
  return false
}
const isLong = (limit: number) => (value: unknown) => typeof value === 'string' && value.length > limit
const CANARY = 'zq[0-9]{4}qz'
const isCanary = (text: string) => /^zq[0-9]{4}qz$/.test(text)

testFaults(constraintFaults, {
  'constraint-not-enforced': async ({ ask }) => {
    const { status, text } = await ask({ regex: CANARY })
    return status === 200 && !isCanary(text)
  },
  'constraint-flag-lies': async ({ ask, dialect }) => {
    const { status, body } = await ask({ regex: '[' })
    if (dialect === 'openai') return status === 200
    const wire = { constraints: { regex_patterns: ['[a-z]+', CANARY], token_mask: [1] } }
    const two = await ask({ wire })
    return body.includes('"constraint_satisfied":true') && two.body.includes('"constraint_satisfied":true')
  },
  'structured-outputs-dropped': async ({ ask }) => !isCanary((await ask({ regex: CANARY })).text),
  'completions-unconstrained': async ({ ask, post }) => {
    const messages = [{ role: 'user', content: 'hi' }]
    const chat = await post('/v1/chat/completions', { messages, structured_outputs: { regex: CANARY } })
    const held = isCanary(JSON.parse(chat.text).choices[0].message.content)
    return held && !isCanary((await ask({ regex: CANARY })).text)
  },
  'neighbours-constraint': async ({ ask }) => {
    const patterns = Array.from({ length: 8 }, (_, index) => `own${index}[a-z]{40}`)
    const answers = await Promise.all(patterns.map((regex) => ask({ regex })))
    return answers.some(({ text }, index) => !text.startsWith(`own${index}`))
  },
  'schema-keyword-dropped': (look) =>
    anyValue(look, { type: 'string', pattern: '^[a-z]{6,20}$|^b$', maxLength: 3 }, isLong(3)),
  'length-dropped-beside-pattern': (look) =>
    anyValue(look, { type: 'string', pattern: '^([a-z]{6,20}|b)$', maxLength: 3 }, isLong(3)),
  'map-values-unchecked': (look) =>
    anyValue(look, { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 1 }, (map) =>
      Object.values(map ?? {}).some((item) => typeof item !== 'number'),
    ),
  'arrays-collapse': async (look) => {
    const list = await value(look, { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 3 })
    return Array.isArray(list) && list.length === 0
  },
  'enum-ignored': (look) =>
    anyValue(look, { type: 'string', enum: ['only'], maxLength: 9 }, (text) => text !== 'only'),
  'all-of-accepts-anything': (look) =>
    anyValue(
      look,
      { type: 'integer', minimum: 0, maximum: 99, allOf: [{ minimum: 7 }, { maximum: 7 }] },
      (number) => number !== 7,
    ),
  'range-keywords-ignored': (look) =>
    anyValue(
      look,
      { type: 'integer', minimum: 40, maximum: 45 },
      (number) => Number(number) < 40 || Number(number) > 45,
    ),
})
