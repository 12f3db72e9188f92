import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { tokenizeFaults } from './tokenize.ts'

const PROMPT = { prompt: 'Say hello, naïve ☃.' }
const asked = async ({ post }: Look, path: string, body: object) => JSON.parse((await post(path, body)).text)

testFaults(tokenizeFaults, {
  'tokenize-count-off': async (look) => {
    const { count, tokens } = await asked(look, '/tokenize', PROMPT)
    return count === tokens.length + 1
  },
  'tokenize-begins-twice': async (look) => {
    const { count, tokens } = await asked(look, '/tokenize', PROMPT)
    const { usage } = await asked(look, '/v1/completions', { ...PROMPT, max_tokens: 1 })
    return count === tokens.length && count === usage.prompt_tokens + 1
  },
  'tokenize-without-template': async (look) => {
    const messages = [{ role: 'user', content: 'Say hello.' }]
    const { count } = await asked(look, '/tokenize', { messages })
    const { usage } = await asked(look, '/v1/chat/completions', { messages, max_tokens: 1 })
    return count < usage.prompt_tokens
  },
  'tokenize-other-context': async (look) => (await asked(look, '/tokenize', PROMPT)).max_model_len !== 1024,
  'detokenize-loses-characters': async (look) => {
    const { tokens } = await asked(look, '/tokenize', PROMPT)
    return (await asked(look, '/detokenize', { tokens })).prompt.includes('\uFFFD')
  },
})
