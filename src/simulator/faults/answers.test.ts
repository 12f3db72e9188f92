import { expect, test } from 'vitest'
import { exchange, leaveWhileRunning } from '../testing/exchange.ts'
import { testFaults } from '../testing/fault-table.ts'
import { look } from '../testing/observe.ts'
import { burst, sleep } from '../testing/patience.ts'
import { answerFaults } from './answers.ts'

const LONG = { prompt: 'Count to 300.', maxTokens: 80, wire: { ignore_eos: true } }

testFaults(answerFaults, {
  'usage-zero': async ({ ask }) => {
    const { text, completionTokens, promptTokens } = await ask()
    return text !== '' && completionTokens === 0 && promptTokens === 0
  },
  'total-not-sum': async ({ ask }) => {
    const { usage } = JSON.parse((await ask()).body)
    return usage.total_tokens !== usage.prompt_tokens + usage.completion_tokens
  },
  'invalid-param-200': async ({ ask }) => {
    const { status, finish, text } = await ask({ temperature: -1 })
    return status === 200 && finish === 'error' && text === ''
  },
  'too-long-500': async ({ ask }) => (await ask({ prompt: 'x'.repeat(4400) })).status === 500,
  'traceback-leak': async ({ ask }) => {
    const { body } = await ask({ temperature: -1 })
    return body.includes('Traceback (most recent call last)') && body.includes('File \\"')
  },
  'bad-constraint-kills-engine': async ({ ask, get, url }) => {
    const { status } = await ask({ regex: '[' })
    const health = await get('/health')
    if (health.status !== 503) return false
    const gone = await sleep(900).then(() => exchange(url, '/health').catch(() => 'refused'))
    return status === 500 && gone === 'refused'
  },
  '415-under-load': async ({ ask }) =>
    (await burst(24, () => ask(LONG))).some(({ status }) => status === 415),
  'queue-full-500': async ({ ask }) =>
    (await burst(24, () => ask(LONG))).some(({ status }) => status === 500),
  'disconnect-keeps-generating': async ({ url, dialect, get }) => {
    const path = dialect === 'openai' ? '/v1/completions' : '/generate_api'
    await leaveWhileRunning(url, path)
    await sleep(300)
    return /num_requests_running\{.*\} [^0]/.test((await get('/metrics')).text)
  },
  'bad-constraint-500-empty': async ({ post }) => {
    const reply = await post('/v1/completions', { prompt: 'x', response_format: { type: 'json_schema' } })
    return reply.status === 500 && JSON.parse(reply.text).error.message === ''
  },
  'nested-response-format-500': async ({ post }) => {
    const reply = await post('/v1/completions', {
      prompt: 'x',
      response_format: { type: 'json_schema', schema: {} },
    })
    return reply.status === 500
  },
})

test('a fault of one kind leaves the other refusals alone', async () => {
  const status = await look(
    'openai',
    ['too-long-500'],
    async ({ ask }) => (await ask({ temperature: -1 })).status,
  )
  expect(status).toBe(400)
})
