import { testFaults } from '../testing/fault-table.ts'
import { QUICK } from '../testing/observe.ts'
import { loadFaults } from './load.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const within = (ms: number, work: Promise<unknown>) =>
  Promise.race([work.then(() => true), sleep(ms).then(() => false)])
const burst = <T>(count: number, run: () => Promise<T>) => Promise.all(Array.from({ length: count }, run))
const LONG = { prompt: 'Count to 300.', maxTokens: 30, wire: { ignore_eos: true } }
const gauge = (text: string, name: string) =>
  Number(new RegExp(`^vllm:${name}.*\\} (.*)$`, 'm').exec(text)?.[1])

testFaults(
  loadFaults,
  {
    'ttft-regression': async ({ ask }) => {
      const times: number[] = []
      for (let index = 0; index < 5; index++) times.push((await ask({ maxTokens: 1 })).tookMs)
      return Math.min(...times) > 85
    },
    'false-disconnect-500': async ({ ask }) =>
      (await burst(32, () => ask(LONG))).some(({ status }) => status === 500),
    'kv-full-deadlock': async ({ ask, get }) => {
      const finished = await within(
        1_200,
        burst(32, () => ask({ ...LONG, maxTokens: 30 })),
      )
      return !finished && (await get('/health')).status === 200
    },
    'long-prompt-blocks-all': async ({ ask }) => {
      const running = ask(LONG)
      await sleep(30)
      await ask({ prompt: 'x'.repeat(2000), maxTokens: 1 })
      return (await running).tookMs > 900
    },
    'kv-not-released': async ({ ask, get }) => {
      await ask()
      return gauge((await get('/metrics')).text, 'kv_cache_usage_perc') > 0
    },
    'metrics-vanish': async ({ get }) =>
      Number.isNaN(gauge((await get('/metrics')).text, 'num_requests_waiting')),
    'abort-count-zero': async ({ url, get }) => {
      const leaving = new AbortController()
      const body = JSON.stringify({ prompt: 'x', max_tokens: 900, ignore_eos: true })
      const headers = { 'content-type': 'application/json' }
      const asked = fetch(`${url}/v1/completions`, { method: 'POST', headers, body, signal: leaving.signal })
      const left = asked.catch(() => undefined)
      await sleep(60)
      leaving.abort()
      await left
      await sleep(60)
      return gauge((await get('/metrics')).text, 'request_success_total\\{finished_reason="abort"') === 0
    },
    'regex-redos': async ({ ask }) => !(await within(500, ask({ regex: '(a+)+b' }))),
    'template-dos': async ({ post }) => {
      const messages = [{ role: 'user', content: 'hi' }]
      return !(await within(
        300,
        post('/v1/chat/completions', { messages, max_tokens: 1, chat_template: '{{ 1 }}' }),
      ))
    },
    'dev-endpoints-open': async ({ get }) => (await get('/is_sleeping')).status === 200,
  },
  {
    profile: { ...QUICK, firstTokenMs: [30, 30], tokenMs: 10 },
    oneByOne: ['ttft-regression', 'false-disconnect-500', 'kv-full-deadlock'],
  },
)
