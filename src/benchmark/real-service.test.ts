import { expect, test } from 'vitest'
import { createClient } from '../client/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { Boot, Sample } from '../records/index.ts'
import { PROFILES, startSimulator } from '../simulator/index.ts'
import { turnClock } from '../simulator/testing/turn-clock.ts'
import { brokenLimit, compare } from '../verdict/index.ts'
import { coldSample, measureWarm } from './index.ts'

const pace = { ...PROFILES.instant, firstTokenMs: [8, 8], tokenMs: 1 } as const
const request = { prompt: 'Tell me a story.', maxTokens: 16, stream: true, includeUsage: true } as const
const policy = { warmToColdRatio: 0.3, warmE2eMsP50: 5_000, minWarmSamples: 20, minColdStarts: 1 }

/** One start, timed from before it to its first good token, then warm answers: over the real wire. */
async function benchmark(loadMs: number, faults: readonly string[], clock: Clock) {
  const startedMs = clock.monotonicMs()
  await using simulator = await startSimulator({
    profile: { ...pace, loadMs: [loadMs, loadMs] },
    faults,
    clock,
  })
  await using client = await createClient({ dialect: 'openai', baseUrl: simulator.url }, { clock })
  const first = await client.generate(request)
  const sinceStart = (offsetMs: number) => first.timing.sentAtMs + offsetMs - startedMs
  const boot: Boot = {
    index: 0,
    origin: 'started',
    outcome: first.outcome === 'completed' ? 'generating' : 'not-generating',
    firstTokenMs: sinceStart(first.timing.ttftMs ?? Number.NaN),
    firstGenerationMs: sinceStart(first.timing.e2eMs),
    attempts: [{ atMs: sinceStart(0), what: 'generate', tookMs: first.timing.e2eMs }],
  }
  const cold = [coldSample(boot, { startedAtMs: 0 })].filter((sample) => sample !== undefined)
  const input = (samples: readonly Sample[]) => ({ samples: [...cold, ...samples], boots: [boot], policy })
  const warm: Sample[] = []
  const options = { request, requests: 20, warmup: 1, seed: 5, boot: 0, runStartMs: startedMs }
  for await (const sample of measureWarm(client, options)) {
    warm.push(sample)
    if (brokenLimit(input(warm))) break
  }
  return { cold, warm, comparisons: compare({ command: 'bench', ...input(warm) }) }
}

test('a service that keeps its model warm keeps the cold/warm rule, each answer timed by token', async () => {
  const { warm, comparisons } = await benchmark(600, [], systemClock)
  expect(comparisons.map(({ id, outcome }) => [id, outcome])).toEqual([
    ...['cold-starts', 'warm-to-cold', 'warm-budget', 'warm-errors'].map((id) => [id, 'passed']),
  ])
  expect(warm.length).toBe(21)
  for (const { ttftMs = 0, tpotMs = 0, outputTokens = 0, e2eMs } of warm) {
    expect(outputTokens).toBeGreaterThan(0)
    expect(ttftMs).toBeGreaterThan(5)
    // First token, then the others: within the whole answer. A microsecond for rounding.
    expect(ttftMs + tpotMs * (outputTokens - 1)).toBeLessThan(e2eMs + 0.001)
  }
  expect(warm.filter(({ tpotMs }) => tpotMs !== undefined).length).toBeGreaterThan(10)
})

test('a service that loads its model on each request breaks the rule', async () => {
  // One cold start against the answers: a stall of the machine in just that one would hide what the loop's own turns show.
  const { warm, comparisons } = await benchmark(100, ['reload-per-request'], turnClock)
  expect(comparisons.find(({ id }) => id === 'warm-to-cold')).toMatchObject({ outcome: 'failed' })
  // All of them: what takes less than ten seconds in total could be one pause.
  expect(warm.length).toBe(21)
})
