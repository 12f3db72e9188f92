import { expect, test } from 'vitest'
import { openai } from './dialects/openai.ts'

const whole = (finish_reason: string) =>
  openai.decode({ model: 'tiny', choices: [{ index: 0, text: 'hi', finish_reason }] }, 'generate')

test("another engine's word for an end is understood, and kept as it was said", () => {
  expect(whole('end_turn')).toMatchObject({
    finishReason: 'stop',
    reported: { model: 'tiny', finishReason: 'end_turn' },
  })
  expect(whole('max_tokens')).toMatchObject({ finishReason: 'length' })
  const delta = { choices: [{ index: 0, delta: {}, finish_reason: 'eos_token' }] }
  expect(openai.stream?.decode(delta, 'chat')).toMatchObject({ finishReason: 'stop' })
})

test("OpenAI's own words and those that nobody knows stay as they are", () => {
  for (const said of ['stop', 'length', 'tool_calls', 'error', 'gone fishing'])
    expect(whole(said)).toMatchObject({ finishReason: said, reported: { model: 'tiny' } })
  expect(whole('stop').reported).not.toHaveProperty('finishReason')
})
