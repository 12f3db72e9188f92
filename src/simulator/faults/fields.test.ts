import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { fieldFaults } from './fields.ts'

const STORY = { prompt: 'Tell me a story.', max_tokens: 40, temperature: 0, ignore_eos: true }

const ask = async ({ post }: Look, fields: object) =>
  JSON.parse((await post('/v1/completions', { ...STORY, return_token_ids: true, ...fields })).text)
const idsOf = async (look: Look, fields: object): Promise<number[]> =>
  (await ask(look, fields)).choices[0].token_ids
const distinct = async (look: Look, fields: object): Promise<number> =>
  new Set(await idsOf(look, fields)).size
const copies = async (look: Look, fields: object = {}): Promise<string[]> =>
  (await ask(look, { n: 3, temperature: 1.5, ...fields })).choices.map(({ text }: { text: string }) => text)
/** Whether a penalty at one end of its range gives what it gives at the other. */
const isOneText = async (look: Look, name: string, ends: readonly [number, number]): Promise<boolean> => {
  const [one, other] = await Promise.all(ends.map((value) => idsOf(look, { [name]: value })))
  return String(one) === String(other)
}
/** Whether a field that leaves the likeliest token alone leaves others. */
const drawsFreely = async (look: Look, fields: object): Promise<boolean> => {
  const texts = await Promise.all([1, 2, 3].map((seed) => idsOf(look, { temperature: 2, seed, ...fields })))
  return new Set(texts.map(String)).size > 1
}
const alone = async (look: Look, fields: (id: number) => object) => {
  const [, id = 0] = await idsOf(look, {})
  return (await ask(look, { allowed_token_ids: [id], ...fields(id) })).choices[0]
}

testFaults(fieldFaults, {
  'n-ignored': async (look) => (await copies(look)).length === 1,
  'n-ignored-streamed': async ({ post }) => {
    const { text } = await post('/v1/completions', { ...STORY, n: 3, temperature: 1, stream: true })
    return !text.includes('"index":2')
  },
  'n-copies-identical': async (look) => new Set(await copies(look)).size === 1,
  'n-one-choice-empty': async (look) => (await copies(look))[1] === '',
  'n-usage-of-one': async (look) =>
    (await ask(look, { n: 3, temperature: 1 })).usage.completion_tokens === 40,
  'n-index-zero': async (look) => (await ask(look, { n: 2, temperature: 1 })).choices[1].index === 0,
  'seed-ignored-with-n': async (look) => {
    const twice = await Promise.all([1, 2].map(() => copies(look, { seed: 4 })))
    return new Set(twice.map(String)).size > 1
  },
  'copies-share-a-seed': async (look) => new Set(await copies(look, { seed: 4 })).size === 1,
  'frequency-penalty-ignored': (look) => isOneText(look, 'frequency_penalty', [2, -2]),
  'presence-penalty-ignored': (look) => isOneText(look, 'presence_penalty', [2, -2]),
  'repetition-penalty-ignored': (look) => isOneText(look, 'repetition_penalty', [2, 0.5]),
  'frequency-penalty-reversed': async (look) => (await distinct(look, { frequency_penalty: 2 })) < 5,
  'logit-bias-ignored': async (look) => {
    const [, id = 0] = await idsOf(look, {})
    return (await distinct(look, { logit_bias: { [id]: 100 } })) > 1
  },
  'bias-shifted-by-one-token': async (look) => {
    const [, id = 0] = await idsOf(look, {})
    return (await idsOf(look, { logit_bias: { [id]: 100 } })).every((drawn) => drawn === id + 1)
  },
  'bias-never-bans': async (look) => {
    const [id = 0] = await idsOf(look, {})
    return (await idsOf(look, { logit_bias: { [id]: -100 } })).includes(id)
  },
  'stop-token-ids-ignored': async (look) =>
    (await alone(look, (id) => ({ stop_token_ids: [id] }))).finish_reason === 'length',
  'stop-string-never-shown': async (look) =>
    (await alone(look, (id) => ({ stop_token_ids: [id], include_stop_str_in_output: true }))).text === '',
  'top-k-ignored': (look) => drawsFreely(look, { top_k: 1 }),
  'top-p-ignored': (look) => drawsFreely(look, { top_p: 1e-6 }),
  'min-p-ignored': (look) => drawsFreely(look, { min_p: 1 }),
})
