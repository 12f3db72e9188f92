import { payloads } from '../testing/exchange.ts'
import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { burst } from '../testing/patience.ts'
import { crowdFaults } from './crowds.ts'

/** The choices beside each usage of a stream. */
async function usages({ post }: Look): Promise<readonly number[]> {
  const body = { prompt: 'Say hello.', max_tokens: 8, stream: true, stream_options: { include_usage: true } }
  const { text } = await post('/v1/completions', body)
  return payloads(text)
    .filter((event) => event !== '[DONE]')
    .map((event) => JSON.parse(event))
    .flatMap(({ usage, choices }) => (usage ? [choices.length] : []))
}

testFaults(crowdFaults, {
  'crowd-loses-prompts': async ({ ask }) =>
    (await burst(24, () => ask({ prompt: `Repeat: "${'abc'.repeat(20)}"`, maxTokens: 80 }))).some(
      ({ text }) => !text.includes('abc'),
    ),
  'turns-away-every-other': async ({ ask }) =>
    [await ask(), await ask()].some(({ status }) => status === 429),
  'turns-chat-away': async ({ post }) =>
    (await post('/v1/chat/completions', { messages: [] })).status === 429,
  'usage-chunk-twice': async (look) => (await usages(look)).length === 2,
  'usage-in-every-chunk': async (look) => (await usages(look)).length > 2,
  'usage-beside-choices': async (look) => (await usages(look)).some((choices) => choices > 0),
})
