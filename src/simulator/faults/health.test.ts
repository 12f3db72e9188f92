import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { burst, sleep, within } from '../testing/patience.ts'
import { healthFaults } from './health.ts'

/** What the first of several requests in a row that is no 200 looks like; undefined when all are. */
async function firstBad({ ask }: Look, count: number) {
  for (let index = 0; index < count; index++) {
    const asked = ask({ maxTokens: 2 })
    if (!(await within(1_000, asked))) return 'silent'
    const answer = await asked
    if (answer.status !== 200) return answer
  }
  return undefined
}
const isGreen = async ({ get }: Look) => (await get('/health')).status === 200

testFaults(healthFaults, {
  'health-green-generate-error': async (look) => {
    const { status, text, finish, body } = await look.ask()
    const says = body.includes(`"error":"'AnankeLLM' object has no attribute 'llm'"`)
    return (await isGreen(look)) && status === 200 && text === '' && finish === 'error' && says
  },
  'engine-core-dead': async (look) => {
    const bad = await firstBad(look, 14)
    const { text } = await look.get('/metrics')
    return bad === 'silent' && (await isGreen(look)) && /num_requests_waiting\{.*\} 1$/m.test(text)
  },
  'gpu-fault-health-200': async (look) => {
    const bad = await firstBad(look, 14)
    return bad !== undefined && bad !== 'silent' && bad.body.includes('CUDA error') && (await isGreen(look))
  },
  'dead-engine-500-not-503': async (look) => {
    await firstBad(look, 14)
    return (await look.get('/health')).status === 500
  },
  'decode-stall-health-ok': async (look) => {
    const all = burst(3, () => look.ask())
    return !(await within(1_200, all)) && (await isGreen(look))
  },
  'shallow-vs-deep-health': async (look) => {
    const deep = await look.get('/health_generate')
    const body = { messages: [{ role: 'user', content: 'hi' }], max_tokens: 2 }
    const silent = !(await within(600, look.post('/v1/chat/completions', body)))
    return (await isGreen(look)) && deep.status === 503 && silent
  },
  'probe-exhausts-engine': async (look) => {
    await burst(189, () => look.ask({ maxTokens: 1 }))
    return (await firstBad(look, 1)) === 'silent'
  },
  'health-one-second-floor': async ({ get }) => (await get('/health')).tookMs > 900,
  'health-starved-by-burst': async ({ ask, get }) => {
    const crowd = burst(4, () => ask({ prompt: 'Count to 300.', maxTokens: 80 }))
    const [{ tookMs }] = await Promise.all([sleep(100).then(() => get('/health')), crowd])
    return tookMs > 400
  },
})
