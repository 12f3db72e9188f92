import { expect, test } from 'vitest'
import { createRandom } from '../../random.ts'
import { draw, type SamplingParameters } from './sampler.ts'

const PLAIN: SamplingParameters = { temperature: 1, topP: 1, topK: 0, minP: 0 }
/** Probabilities 0.5, 0.3, 0.15 and 0.05. */
const CANDIDATES = [0.5, 0.3, 0.15, 0.05].map((share, symbol) => ({ symbol, score: Math.log(share) }))
const DRAWS = 20_000

function shares(parameters: Partial<SamplingParameters>): number[] {
  const random = createRandom(1)
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < DRAWS; i++) {
    const { symbol } = draw(CANDIDATES, { ...PLAIN, ...parameters }, random)
    counts[symbol] = (counts[symbol] ?? 0) + 1
  }
  return counts.map((count) => Math.round((100 * count) / DRAWS) / 100)
}

const near = (expected: readonly number[]) => expected.map((share) => expect.closeTo(share, 1))

test.each<readonly [Partial<SamplingParameters>, readonly number[]]>([
  [{}, [0.5, 0.3, 0.15, 0.05]],
  [{ temperature: 0 }, [1, 0, 0, 0]],
  [{ topK: 2 }, [0.625, 0.375, 0, 0]],
  [{ topP: 0.7 }, [0.625, 0.375, 0, 0]],
  [{ topP: 0.5 }, [1, 0, 0, 0]],
  [{ minP: 0.2 }, [0.53, 0.32, 0.16, 0]],
  [{ temperature: 2 }, [0.38, 0.29, 0.21, 0.12]],
])('%j draws each symbol as often as it should', (parameters, expected) => {
  expect(shares(parameters)).toEqual(near(expected))
})

test('the log probability is that of the scores, whatever the temperature', () => {
  expect(draw(CANDIDATES, { ...PLAIN, temperature: 0 }, createRandom(1)).logprob).toBeCloseTo(Math.log(0.5))
})
