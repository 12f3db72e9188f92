import { expect, test } from 'vitest'
import type { Boot } from '../records/index.ts'
import { coldSample } from './index.ts'

const boot: Boot = {
  index: 2,
  origin: 'started',
  outcome: 'generating',
  portMs: 150,
  healthMs: 160,
  firstTokenMs: 1_020,
  firstGenerationMs: 1_040,
  attempts: [
    { atMs: 140, what: 'port', tookMs: 1, failure: 'connect' },
    { atMs: 990, what: 'generate', tookMs: 50 },
  ],
}

test('a streamed cold start ends with the first good token', () => {
  expect(coldSample(boot, { startedAtMs: 5_000 })).toEqual({
    scenario: 'cold-start',
    warmth: 'cold',
    boot: 2,
    index: 0,
    outcome: 'completed',
    sentAtMs: 5_990,
    e2eMs: 50,
    ttftMs: 30,
    coldStartMs: 1_020,
  })
})

test('where nothing streams the cold start ends with the first good answer, and there is no ttft', () => {
  const { firstTokenMs, ...silent } = boot
  const sample = coldSample(silent, { startedAtMs: 0 })
  expect(firstTokenMs).toBe(1_020)
  expect(sample?.coldStartMs).toBe(1_040)
  expect(sample).not.toHaveProperty('ttftMs')
})

test('a start that never generated is a failed sample without a cold start time', () => {
  const attempts = [{ atMs: 200, what: 'generate', tookMs: 9, failure: 'service-error' }] as const
  const { firstTokenMs, firstGenerationMs, ...never } = boot
  const broken: Boot = { ...never, outcome: 'not-generating', attempts, reason: "no attribute 'llm'" }
  const sample = coldSample(broken, { startedAtMs: 0 })
  expect([firstTokenMs, firstGenerationMs]).toEqual([1_020, 1_040])
  expect(sample).toMatchObject({ outcome: 'service-error', message: "no attribute 'llm'" })
  expect(sample).not.toHaveProperty('coldStartMs')
})

test('a service that already ran has no cold start', () => {
  expect(coldSample({ ...boot, origin: 'found' }, { startedAtMs: 0 })).toBeUndefined()
})
