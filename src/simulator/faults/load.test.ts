import { expect } from 'vitest'
import { leaveWhileRunning } from '../testing/exchange.ts'
import { testFaults } from '../testing/fault-table.ts'
import { type Look, QUICK } from '../testing/observe.ts'
import { burst, sleep, within } from '../testing/patience.ts'
import { turnClock } from '../testing/turn-clock.ts'
import { loadFaults } from './load.ts'

const LONG = { prompt: 'Count to 300.', maxTokens: 30, wire: { ignore_eos: true } }
const gauge = (text: string, name: string) =>
  Number(new RegExp(`^vllm:${name}.*\\} (.*)$`, 'm').exec(text)?.[1])

/** Whether nothing is generated for so long, with something in flight, before the work is done. */
async function standsStill({ get }: Pick<Look, 'get'>, ms: number, work: Promise<unknown>): Promise<boolean> {
  const isDone = work.then(() => true)
  let [tokens, sinceMs] = [-1, 0]
  while (!(await Promise.race([isDone, sleep(20)]))) {
    const now = gauge((await get('/metrics')).text, 'generation_tokens_total')
    if (now !== tokens) [tokens, sinceMs] = [now, turnClock.monotonicMs()]
    if (turnClock.monotonicMs() - sinceMs > ms) return true
  }
  return false
}

testFaults(
  loadFaults,
  {
    'ttft-regression': async ({ ask }) => {
      const times: number[] = []
      for (let index = 0; index < 3; index++) times.push((await ask({ maxTokens: 1 })).tookMs)
      return Math.min(...times) > 240
    },
    'throughput-drop': async ({ ask }) => {
      const times: number[] = []
      for (let index = 0; index < 3; index++) times.push((await ask({ maxTokens: 10 })).tookMs)
      return Math.min(...times) > 300
    },
    'false-disconnect-500': async ({ ask }) =>
      (await burst(32, () => ask(LONG))).some(({ status }) => status === 500),
    'kv-full-deadlock': async ({ ask, get }) => {
      const work = burst(32, () => ask({ ...LONG, maxTokens: 60 }))
      return (await standsStill({ get }, 800, work)) && (await get('/health')).status === 200
    },
    'long-prompt-blocks-all': async ({ ask, get }) => {
      const running = ask({ ...LONG, maxTokens: 80 })
      const long = sleep(200).then(() => ask({ prompt: 'x'.repeat(2000), maxTokens: 1 }))
      return standsStill({ get }, 500, Promise.all([running, long]))
    },
    'kv-not-released': async ({ ask, get }) => {
      await ask()
      return gauge((await get('/metrics')).text, 'kv_cache_usage_perc') > 0
    },
    'metrics-vanish': async ({ get }) =>
      Number.isNaN(gauge((await get('/metrics')).text, 'num_requests_waiting')),
    'abort-count-zero': async ({ url, get }) => {
      const left = await leaveWhileRunning(url, '/v1/completions')
      await expect
        .poll(async () => gauge((await get('/metrics')).text, 'num_requests_running'), { timeout: 10_000 })
        .toBe(0)
      expect(left).toBe('AbortError')
      return gauge((await get('/metrics')).text, 'request_success_total\\{finished_reason="abort"') === 0
    },
    'regex-redos': async ({ ask }) => !(await within(1_500, ask({ regex: '(a+)+b' }))),
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
    profile: { ...QUICK, firstTokenMs: [100, 100], tokenMs: 10 },
    oneByOne: ['ttft-regression', 'throughput-drop', 'false-disconnect-500'],
  },
)
