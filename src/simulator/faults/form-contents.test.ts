import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { contentFaults } from './form-contents.ts'

const parts = (...texts: string[]) => texts.map((text) => ({ type: 'text', text }))
const TEXTS = ['A bird sang in the tree.', 'The fox ran.', 'Rain fell on us all day.']

/** The prompt tokens of one chat request; undefined where it is refused. */
async function count({ post }: Look, ...messages: readonly (readonly [role: string, content: unknown])[]) {
  const body = { messages: messages.map(([role, content]) => ({ role, content })), max_tokens: 1 }
  const { text } = await post('/v1/chat/completions', body)
  return JSON.parse(text).usage?.prompt_tokens
}

async function said({ post }: Look, content: unknown): Promise<string> {
  const body = { messages: [{ role: 'user', content }], max_tokens: 20, temperature: 0 }
  return JSON.parse((await post('/v1/chat/completions', body)).text).choices[0].message.content
}

const readsOnly =
  (...indices: number[]) =>
  async (look: Look) => {
    const read = indices.map((index) => TEXTS[index] ?? '').join('\n')
    return (await count(look, ['user', parts(...TEXTS)])) === (await count(look, ['user', read]))
  }
const QUESTION = ['user', 'Say hello.'] as const
const LONG = 'Be kind, and speak of the sea and of the wind.'

/** As many bytes of JSON as the text of a prompt has, in both spellings. */
const escapedCount = async ({ post }: Look, escaped: string) => {
  const { text } = await post('/v1/completions', `{"prompt": "${escaped}", "max_tokens": 1}`)
  return JSON.parse(text).usage?.prompt_tokens
}

testFaults(contentFaults, {
  'last-part-only': readsOnly(2),
  'first-part-only': readsOnly(0),
  'parts-blanked': readsOnly(),
  'parts-reversed': async (look) =>
    (await said(look, parts(...TEXTS))) === (await said(look, TEXTS.toReversed().join('\n'))),
  'parts-as-json': async (look) =>
    (await count(look, ['user', parts('Hi.')])) ===
    (await count(look, ['user', JSON.stringify(parts('Hi.'))])),
  'parts-refused': async (look) => (await count(look, ['user', parts('Hi.')])) === undefined,
  'system-parts-blanked': async (look) =>
    (await count(look, ['system', parts(LONG)], QUESTION)) === (await count(look, ['system', ''], QUESTION)),
  'system-message-dropped': async (look) =>
    (await count(look, ['system', LONG], QUESTION)) === (await count(look, QUESTION)),
  'early-turns-dropped': async (look) =>
    (await count(look, ['user', LONG], ['assistant', 'Yes.'], QUESTION)) === (await count(look, QUESTION)),
  'early-answers-dropped': async (look) =>
    (await count(look, ['user', 'Hi.'], ['assistant', LONG], QUESTION)) ===
    (await count(look, ['user', 'Hi.'], QUESTION)),
  'system-message-cut': async (look) =>
    (await count(look, ['system', LONG], QUESTION)) === (await count(look, ['system', 'Be'], QUESTION)),
  'escapes-not-decoded': async (look) =>
    (await escapedCount(look, '\\u0041\\u0042')) !== (await escapedCount(look, 'AB')),
  'surrogates-broken': async (look) =>
    (await escapedCount(look, '\\ud83d\\ude00')) !== (await escapedCount(look, '😀')),
  'charset-refused': async ({ post }) => {
    const body = { prompt: 'Say hello.', max_tokens: 1 }
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return (await post('/v1/completions', body, headers)).status === 400
  },
})
