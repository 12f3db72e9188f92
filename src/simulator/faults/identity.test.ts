import { payloads } from '../testing/exchange.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { burst } from '../testing/patience.ts'
import { identityFaults } from './identity.ts'

const STORY = { prompt: 'Tell me a story.', max_tokens: 12, temperature: 1.5 }
const CHAT = { messages: [{ role: 'user', content: 'Tell me a story.' }], max_tokens: 4 }

type Part = Readonly<Record<string, unknown>>

const path = ({ dialect }: Look) => (dialect === 'openai' ? '/v1/completions' : '/generate_api')
const whole = async (look: Look, body: object = STORY): Promise<Part> =>
  JSON.parse((await look.post(path(look), body)).text)
const events = async (
  { post }: Look,
  body: object = STORY,
  at = '/v1/completions',
): Promise<readonly Part[]> =>
  payloads((await post(at, { ...body, stream: true })).text)
    .filter((event) => event !== '[DONE]')
    .map((event) => JSON.parse(event))

/** Another prompt each time: what is stored for one is not given to the next. */
let asked = 0
const own = () => ({ ...STORY, prompt: `Tell me story ${asked++}.` })
const textOf = (parts: readonly Part[]) =>
  JSON.stringify(parts.map(({ choices, generated_text }) => choices ?? generated_text))
const twice = async (look: Look) => {
  const body = own()
  return [await whole(look, body), await whole(look, body)] as const
}
const isReplayed = async (look: Look): Promise<boolean> => {
  const [one, other] = await twice(look)
  return textOf([one]) === textOf([other])
}

testFaults(identityFaults, {
  'id-per-chunk': async (look) => new Set((await events(look)).map(({ id }) => id)).size > 2,
  'id-for-all': async (look) => (await whole(look))['id'] === '1',
  'id-empty': async (look) => (await whole(look))['id'] === '',
  'id-absent-in-stream': async (look) => (await events(look)).every((event) => !('id' in event)),
  'created-zero': async (look) => (await whole(look))['created'] === 0,
  'created-in-ms': async (look) => Number((await whole(look))['created']) > 1e12,
  'created-fraction': async (look) => !Number.isInteger((await whole(look))['created']),
  'object-of-whole-in-stream': async (look) =>
    (await events(look, CHAT, '/v1/chat/completions'))[0]?.['object'] === 'text_completion',
  'model-of-another': async (look) => JSON.stringify(await whole(look)).includes('another-model-7b'),
  'model-changes': async (look) => {
    const models = await burst(3, async () => JSON.stringify(await whole(look, own())).includes('"default"'))
    return models.filter(Boolean).length === 1
  },
  'model-empty-in-stream': async (look) => (await events(look)).every(({ model }) => model === null),
  'replay-cache': async (look) => {
    const [one, other] = await twice(look)
    return JSON.stringify(one) === JSON.stringify(other)
  },
  'replay-cache-new-id': isReplayed,
  'replay-cache-streams-only': async (look) => {
    const body = own()
    const [one, other] = [await events(look, body), await events(look, body)]
    return textOf(one) === textOf(other)
  },
  'replay-cache-by-prompt': async (look) => {
    const body = own()
    const [one, other] = [
      await whole(look, body),
      await whole(look, { ...body, max_tokens: 3, temperature: 0 }),
    ]
    return one['id'] === other['id']
  },
  'equal-requests-share': async (look) => {
    const answers = await burst(3, () => whole(look))
    return new Set(answers.map((answer) => textOf([answer]))).size === 1
  },
  'request-ids-swapped': async ({ post }) => {
    const ids = ['own-1', 'own-2', 'own-3']
    const answers = await Promise.all(
      ids.map((id) => post('/v1/completions', { ...STORY, max_tokens: 9 }, { 'x-request-id': id })),
    )
    return answers.some(({ text }, index) => !text.includes(ids[index] ?? ''))
  },
})
