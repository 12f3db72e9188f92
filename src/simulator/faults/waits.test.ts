import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { burst, sleep } from '../testing/patience.ts'
import { waitFaults } from './waits.ts'

const PATHS = { completions: '/v1/completions', chat: '/v1/chat/completions' } as const
const BODY = {
  prompt: 'Tell me a story.',
  messages: [{ role: 'user', content: 'Tell me a story.' }],
  temperature: 0,
  ignore_eos: true,
}
const generate = ({ post }: Look, fields: object, path: keyof typeof PATHS = 'completions') =>
  post(PATHS[path], { ...BODY, ...fields })

/** How much later than the quickest of four the slowest ends, as a share of its time. */
async function spread(send: () => Promise<{ readonly tookMs: number }>): Promise<number> {
  const times = (await burst(4, send)).map(({ tookMs }) => tookMs)
  return 1 - Math.min(...times) / Math.max(...times)
}

testFaults(
  waitFaults,
  {
    'streams-one-by-one': async (look) =>
      (await spread(() => generate(look, { stream: true, max_tokens: 20 }))) > 0.5,
    'requests-one-by-one': async ({ ask }) => (await spread(() => ask({ maxTokens: 20 }))) > 0.5,
    'chat-one-by-one': async (look) => (await spread(() => generate(look, { max_tokens: 20 }, 'chat'))) > 0.5,
    'two-at-a-time': async ({ ask }) => (await spread(() => ask({ maxTokens: 20 }))) > 0.3,
    'reload-after-idle': async ({ ask }) => {
      await ask({ maxTokens: 1 })
      await sleep(2_500)
      return (await ask({ maxTokens: 1 })).tookMs > 800
    },
    'busy-after-idle': async ({ ask }) => {
      await ask({ maxTokens: 1 })
      await sleep(2_500)
      return (await ask({ maxTokens: 1 })).status !== 200
    },
  },
  {
    oneByOne: [
      'streams-one-by-one',
      'requests-one-by-one',
      'chat-one-by-one',
      'two-at-a-time',
      'reload-after-idle',
      'busy-after-idle',
    ],
  },
)
