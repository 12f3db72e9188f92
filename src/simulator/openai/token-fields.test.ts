import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../start.ts'
import { exchange } from '../testing/exchange.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({ profile: 'instant', maxModelLen: 1024 })
})
afterAll(() => simulator.close())

const STORY = { prompt: 'Tell me a story.', max_tokens: 48, temperature: 0, ignore_eos: true }

async function ask(fields: object) {
  const body = { ...STORY, return_token_ids: true, ...fields }
  const reply = JSON.parse((await exchange(simulator.url, '/v1/completions', { body })).text)
  return reply.choices[0]
}

const distinct = (ids: readonly number[]): number => new Set(ids).size

test('a token with a bias of -100 is never drawn, one with +100 is drawn alone', async () => {
  const free = await ask({})
  const [first, second] = free.token_ids
  expect((await ask({ logit_bias: { [first]: -100 } })).token_ids).not.toContain(first)
  const forced = await ask({ logit_bias: { [second]: 100 } })
  expect(forced.token_ids).toEqual(Array(48).fill(second))
})

test('an allowed token that stops ends the answer, with its text where that is asked for', async () => {
  const id = (await ask({})).token_ids[3]
  const only = { allowed_token_ids: [id], stop_token_ids: [id] }
  expect(await ask(only)).toMatchObject({ text: '', finish_reason: 'stop', stop_reason: id, token_ids: [id] })
  expect((await ask({ ...only, include_stop_str_in_output: true })).text).toHaveLength(4)
})

test.each([['frequency_penalty'], ['presence_penalty']])(
  '%s makes tokens rarer, below 0 more frequent',
  async (name) => {
    const [rarer, free, repeating] = await Promise.all([2, 0, -2].map((value) => ask({ [name]: value })))
    expect(distinct(rarer.token_ids)).toBeGreaterThanOrEqual(distinct(free.token_ids))
    expect(distinct(repeating.token_ids)).toBeLessThan(distinct(free.token_ids) / 2)
  },
)

test('a repetition penalty below 1 repeats', async () => {
  expect(distinct((await ask({ repetition_penalty: 0.5 })).token_ids)).toBeLessThan(24)
})

test.each([0, 1])(
  'each token lists as many as asked, their shares at most one in all, at temperature %i',
  async (temperature) => {
    const { logprobs } = await ask({ logprobs: 5, temperature, seed: 3 })
    expect(logprobs.tokens).toHaveLength(48)
    for (const [index, list] of logprobs.top_logprobs.entries()) {
      const values = Object.values<number>(list)
      expect(values.length - 5).toBeOneOf([0, 1])
      expect(list[logprobs.tokens[index]]).toBe(logprobs.token_logprobs[index])
      expect(values.reduce((sum, value) => sum + Math.exp(value), 0)).toBeLessThanOrEqual(1.000_001)
      if (temperature === 0) expect(logprobs.token_logprobs[index]).toBeCloseTo(Math.max(...values), 6)
    }
  },
)
