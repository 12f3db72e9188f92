import { PROFILES } from '../profiles.ts'
import { testFaults } from '../testing/fault-table.ts'
import { lifecycleFaults } from './lifecycle.ts'

const LOADING = { ...PROFILES.instant, loadMs: [150, 150], tokenMs: 20 } as const

testFaults(
  lifecycleFaults,
  {
    'reload-per-request': async ({ ask }) => {
      const times = [await ask({ maxTokens: 2 }), await ask({ maxTokens: 2 })].map(({ tookMs }) => tookMs)
      return Math.min(...times) > 150
    },
    'forwarder-timeout': async ({ ask }) =>
      (await ask({ prompt: 'Count to 300.', maxTokens: 80, wire: { ignore_eos: true } })).status === 504,
    'client-contract-drift': async ({ ask }) => {
      const answer = JSON.parse((await ask()).body)
      return !('model_name' in answer) && 'model' in answer && 'stats' in answer
    },
    'chat-template-missing': async ({ post, ask }) => {
      const messages = [{ role: 'user', content: 'hi' }]
      const chat = await post('/v1/chat/completions', { messages, max_tokens: 2 })
      return chat.status === 400 && (await ask()).status === 200
    },
  },
  { profile: LOADING, oneByOne: ['reload-per-request'] },
)
