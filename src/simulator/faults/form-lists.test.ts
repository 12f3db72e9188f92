import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { listFaults } from './form-lists.ts'

const PROMPTS = ['Say hello.', 'Count to 9.', 'Tell me a story.']

async function ask({ post }: Look, wire: object = {}) {
  const body = { prompt: PROMPTS, max_tokens: 4, ignore_eos: true, temperature: 0, ...wire }
  return JSON.parse((await post('/v1/completions', body)).text)
}

const indices = async (look: Look) => (await ask(look)).choices.map(({ index }: { index: number }) => index)
const single = async (look: Look, prompt: string) => await ask(look, { prompt })

testFaults(listFaults, {
  'list-first-prompt-only': async (look) => (await ask(look)).usage.prompt_tokens === 3,
  'list-joined': async (look) => {
    const { choices, usage } = await ask(look)
    return choices.length === 1 && usage.prompt_tokens > 3
  },
  'list-order-shuffled': async (look) => String(await indices(look)) === '2,1,0',
  'list-texts-swapped': async (look) =>
    (await ask(look)).choices[0].text === (await single(look, PROMPTS[1] ?? '')).choices[0].text,
  'list-index-zero': async (look) => String(await indices(look)) === '0,0,0',
  'list-index-from-last': async (look) => String(await indices(look)) === '3,4,5',
  'list-usage-of-longest': async (look) => {
    const counts = await Promise.all(
      PROMPTS.map(async (prompt) => (await single(look, prompt)).usage.prompt_tokens),
    )
    return (await ask(look)).usage.prompt_tokens > counts.reduce((sum, count) => sum + count, 0)
  },
  'list-usage-of-one': async (look) => (await ask(look)).usage.completion_tokens === 4,
  'token-ids-as-text': async (look) => {
    const { text } = await look.post('/tokenize', { prompt: 'Say hello.' })
    const { tokens } = JSON.parse(text)
    return (await ask(look, { prompt: tokens })).usage.prompt_tokens !== tokens.length
  },
})
