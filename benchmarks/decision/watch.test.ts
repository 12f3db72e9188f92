import { expect, test } from 'vitest'
import { HOUR, readWatches } from './watch.ts'
import { watchGoals } from './watch-page.ts'
import {
  WATCH_CHANGES,
  WATCH_WORLDS,
  type WatchChange,
  type WatchWorld,
  watchTrials,
} from './watch-trials.ts'

const world = (name: string): WatchWorld =>
  WATCH_WORLDS.find((one) => one.name === name) ?? expect.fail(`no world is called ${name}`)
const change = (name: string): WatchChange =>
  WATCH_CHANGES.find((one) => one.name === name) ?? expect.fail(`no change is called ${name}`)
const SHORT = { trials: 12, seed: 'short' }

test('quiet hours of neighbours that are alike raise no alarm', () => {
  expect(watchTrials(world('AR .6'), { ...HOUR, before: 0 }, SHORT).alarms).toEqual({})
})

test('every third request that reloads is found by its share within 90 s, where the median hardly moves', () => {
  const found = watchTrials(
    world('AR .6'),
    { ...HOUR, before: 12 },
    SHORT,
    change('each third request takes 4 s more'),
  )
  expect(found.alarms).toEqual({ tail: SHORT.trials })
  expect(((found.delays.at(-1) ?? 999) * HOUR.everyMs) / 1_000).toBeLessThanOrEqual(90)
})

test('a service that is dead is found at its fourth failure', () => {
  const found = watchTrials(
    world('independent'),
    { ...HOUR, before: 12 },
    SHORT,
    change('each request fails'),
  )
  expect(found.delays.at(-1)).toBe(4)
})

test('the stored watches meet their goals', () => {
  const results = readWatches() ?? expect.fail('no watches are stored')
  expect(Math.min(...results.quiet.map(({ counts }) => counts.trials))).toBeGreaterThanOrEqual(1_000)
  expect(watchGoals(results).filter(({ isMet }) => !isMet)).toEqual([])
})
