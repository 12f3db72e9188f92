import { payloads } from '../testing/exchange.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { edgeFaults } from './edges.ts'

const PATHS = { completions: '/v1/completions', chat: '/v1/chat/completions' } as const
const BODY = {
  prompt: 'Tell me a story.',
  messages: [{ role: 'user', content: 'Tell me a story.' }],
  temperature: 0,
  ignore_eos: true,
}
const generate = ({ post }: Look, fields: object, path: keyof typeof PATHS = 'completions') =>
  post(PATHS[path], { ...BODY, ...fields })

const long = async (look: Look, path: keyof typeof PATHS) =>
  generate(look, { stream: true, max_tokens: 400 }, path)
/** An answer that fills the context of 1,024 tokens to its last. */
async function atTheEdge(look: Look) {
  const prompt = 'The fox ran. '.repeat(200)
  const one = JSON.parse((await generate(look, { prompt, max_tokens: 1 })).text)
  return generate(look, { prompt, max_tokens: 1024 - one.usage.prompt_tokens })
}
const large = (look: Look, path: keyof typeof PATHS) =>
  generate(look, { max_tokens: 2, user: 'u'.repeat(100_000) }, path)
const emoji = (look: Look) =>
  generate(look, { stream: true, max_tokens: 60, structured_outputs: { choice: ['🌍🚀'] } })

testFaults(edgeFaults, {
  'long-stream-cut-32k': async (look) => !(await long(look, 'completions')).complete,
  'chat-stream-cut-64k': async (look) => !(await long(look, 'chat')).complete,
  'long-stream-cut-60-events': async (look) => payloads((await long(look, 'completions')).text).length < 100,
  'context-edge-refused': async (look) => (await atTheEdge(look)).status === 400,
  'context-edge-500': async (look) => (await atTheEdge(look)).status === 500,
  'context-edge-off-by-one': async (look) =>
    JSON.parse((await atTheEdge(look)).text).usage.total_tokens === 1023,
  'large-request-500': async ({ ask }) => (await ask({ wire: { user: 'u'.repeat(40_000) } })).status === 500,
  'large-request-413': async (look) => (await large(look, 'chat')).status === 413,
  'lone-surrogates': async (look) =>
    payloads((await emoji(look)).text).some((event) => /\\ud83c/i.test(event)),
  'half-emoji-replaced': async (look) => (await emoji(look)).text.includes('\uFFFD'),
})
