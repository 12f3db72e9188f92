import { expect, test } from 'vitest'
import type { Sample } from '../records/index.ts'
import { WarmGaps } from './warm-gaps.ts'

const at = (sentAtMs: number, e2eMs = 100): Sample => ({
  ...{ scenario: 'warm', warmth: 'warm', boot: 0, index: 0, outcome: 'completed', sentAtMs, e2eMs },
})

/** What was said of answers sent at these times, each 100 ms long, and which of them do not count. */
function seen(...times: number[]) {
  const said: string[] = []
  const gaps = new WarmGaps({ windowMs: 10_000 }, (text) => said.push(text))
  return { samples: times.map((ms) => gaps.seen(at(ms))), said }
}

test('short pauses are as they should be', () => {
  const { samples, said } = seen(0, 100, 8_000, 15_000)
  expect(said).toEqual([])
  expect(samples).toEqual([0, 100, 8_000, 15_000].map((ms) => at(ms)))
})

test('a pause near the window is told once, and its answer counts', () => {
  const { samples, said } = seen(0, 8_200, 16_500)
  expect(said).toEqual([
    '8.1 s passed between two warm requests, near the scale-down window of 10 s: a longer pause lets the service fall asleep',
  ])
  expect(samples[1]).toEqual(at(8_200))
})

test('an answer after a pause as long as the window is not known to be warm, and counts like one of the warm-up', () => {
  const { samples, said } = seen(0, 10_100)
  expect(samples[1]).toEqual({ ...at(10_100), warmUp: true, idleMs: 10_000 })
  expect(said[0]).toMatch(/does not count as warm/)
})

test('a target that does not scale to zero may pause as it likes', () => {
  const gaps = new WarmGaps(undefined, () => expect.unreachable())
  gaps.seen(at(0))
  expect(gaps.seen(at(9e9))).toEqual(at(9e9))
})
