import { expect, test } from 'vitest'
import { createRandom, exponential } from '../../../../random.ts'
import { measure } from '../../../../verdict/index.ts'
import { LOAD, steadySample, steadySamples } from '../../../../verdict/testing/load-samples.ts'
import { groupsOf } from './groups.ts'
import { curveOf, percentilesOf } from './percentiles.ts'
import { TIMES } from './times.ts'

const random = createRandom(9)
const spread = (index: number) => {
  const ttftMs = 40 + 20 * exponential(random)
  const gap = 5 + 5 * exponential(random)
  const chunkAtMs = Array.from({ length: 32 }, (_, i) => ttftMs + i * gap)
  return { ttftMs, tpotMs: gap, e2eMs: ttftMs + 32 * gap, chunkAtMs, index }
}
const samples = [
  ...steadySamples(400, spread),
  ...Array.from({ length: 40 }, (_, index) => ({
    ...steadySample(index, spread(index)),
    ...({ warmth: 'warm', scenario: 'warm', phase: undefined } as object),
  })),
]

test('percentiles and their intervals are those of the verdict, warm and steady', () => {
  const { measurements } = measure(samples, { loads: [LOAD] })
  const run = { samples, loads: [LOAD] } as unknown as Parameters<typeof groupsOf>[0]
  const groups = groupsOf(run)
  expect(groups.map(({ warmth, good }) => [warmth, good.length])).toEqual([
    ['warm', 40],
    ['steady', 400],
  ])
  let compared = 0
  for (const group of groups)
    for (const time of TIMES)
      for (const one of percentilesOf(time.of(group), group.warmth)) {
        const theirs = measurements.find(
          ({ name, warmth }) => name === `${time.name}${one.name.toUpperCase()}` && warmth === group.warmth,
        )
        if (!theirs || !['p50', 'p90', 'p99'].includes(one.name)) continue
        const { value, low, high } = theirs
        expect(one).toMatchObject({ value, ...(low !== undefined && { interval: { low, high } }) })
        compared++
      }
  expect(compared).toBe(18)
})

test('a percentile that n does not allow says how many values it needs, and no curve reaches it', () => {
  const values = Array.from({ length: 298 }, (_, i) => i + 1)
  expect(percentilesOf({ values }, 'steady').find(({ p }) => p === 0.99)).toEqual({
    ...{ p: 0.99, name: 'p99', needs: 299 },
  })
  expect(Math.max(...curveOf(values).map(({ p }) => p))).toBeLessThan(0.99)
  expect(Math.max(...curveOf([...values, 299]).map(({ p }) => p))).toBe(0.99)
  expect(percentilesOf({ values: [] }, 'steady').every((one) => 'needs' in one)).toBe(true)
})
