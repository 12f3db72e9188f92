import { expect, test } from 'vitest'
import type { Dismissal, SeriesTrend } from '../records/index.ts'
import { analyse, incidents } from './index.ts'
import { fourStories, LONGER, MOVE, NIGHTS, nightAt, RAMP, STEP } from './testing/stories.ts'

const HISTORY = fourStories(1)
const trends = [...HISTORY].map(([series, nights]) => analyse(series, nights))

const named = (name: string): SeriesTrend => {
  const [targetName, metric] = name.split(' ')
  const found = trends.find(({ series }) => series.targetName === targetName && series.metric === metric)
  return found ?? expect.fail(`no series is called ${name}`)
}
const reasonsOf = ({ dismissed }: SeriesTrend, reason: Dismissal['reason']): readonly string[] =>
  dismissed.filter((one) => one.reason === reason).map(({ sentence }) => sentence)

test('a step is dated, sized, and named with the image that changed then, in each metric that it moved', () => {
  expect(named('chat tpotMsP50').sentence).toBe(
    'tpotMsP50 (warm) of chat rose by 8.0 % (95 %: 7.3 % to 8.7 %) between 2025-04-30 and 2025-05-01, from 12.01 ms to 12.96 ms: worse. In that time image: vllm:0.9.2 → vllm:0.10.0.',
  )
  const moved = trends.filter(({ series, state }) => series.targetName === 'chat' && state === 'changed')
  expect(moved.map(({ series }) => series.metric)).toEqual(['tpotMsP50', 'e2eMsP50', 'outputTokensPerSecond'])
  for (const { changes } of moved) {
    expect(changes).toMatchObject([{ kind: 'step', direction: 'worse', status: 'open' }])
    expect(changes[0]?.between[1].slice(0, 10)).toBe(nightAt(STEP).slice(0, 10))
    expect(Math.abs(changes[0]?.effect ?? 0)).toBeCloseTo(0.08, 1)
  }
})

test('a slow ramp is one change from its beginning to its end, with nothing else to blame', () => {
  const { changes, sentence } = named('code ttftMsP50')
  expect(sentence).toBe(
    'ttftMsP50 (warm) of code rose slowly by 15.1 % (95 %: 14.4 % to 15.9 %) from 2025-06-05 to 2025-10-02, from 80.06 ms to 92.17 ms: worse. Nothing else that is recorded changed in that time.',
  )
  expect(changes).toMatchObject([{ kind: 'ramp', changed: [] }])
  const [began = '', ended = ''] = changes[0]?.between ?? []
  expect(began <= nightAt(RAMP[0])).toBe(true)
  expect(ended >= nightAt((RAMP[0] + RAMP[1]) / 2)).toBe(true)
})

test('another host is no change of the service: each of its series says so and none is announced', () => {
  const day = nightAt(MOVE).slice(0, 10)
  for (const trend of trends.filter(({ series }) => series.targetName === 'search')) {
    expect(trend.state).toBe('steady')
    const [sentence = ''] = reasonsOf(trend, 'host-change')
    expect(sentence).toContain(`on ${day}, when the host changed from gpu-07 to gpu-11`)
  }
})

test('longer answers explain a longer e2e', () => {
  const trend = named('summaries e2eMsP50')
  expect(trend.state).toBe('steady')
  expect(reasonsOf(trend, 'output-length')).toEqual([
    `The level rose by 19.4 % on ${nightAt(LONGER).slice(0, 10)}, when answers went 200 → 240 tokens: that explains it.`,
  ])
})

test('all other series are silent, and what is announced is one incident a story', () => {
  expect(trends.filter(({ state }) => state === 'changed').map(({ series }) => series.targetName)).toEqual([
    ...['chat', 'chat', 'chat', 'code'],
  ])
  expect(incidents(trends)).toMatchObject([
    { cause: 'image: vllm:0.9.2 → vllm:0.10.0', members: { length: 3 } },
    { cause: 'unknown', members: [{ series: { metric: 'ttftMsP50' } }] },
  ])
})

test('on no twentieth night was anything announced that is not a story', () => {
  const announced = new Set<string>()
  for (const [series, nights] of HISTORY)
    for (let known = 20; known < NIGHTS; known += 20)
      if (analyse(series, nights.slice(0, known)).state === 'changed')
        announced.add(`${series.targetName} ${series.metric}`)
  expect([...announced]).toEqual([
    ...['chat tpotMsP50', 'chat e2eMsP50', 'chat outputTokensPerSecond', 'code ttftMsP50'],
  ])
})
