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
const MINUTE_MS = 60_000
const FIVE_MINUTES = { ...HOUR, forMs: 5 * MINUTE_MS }
const FAMILIES = ['independent', 'log-normal', 'heavy tails', 'AR .3', 'AR .6']

/** Of those within 90 s. */
const foundIn = (name: string, what: string): number =>
  watchTrials(world(name), FIVE_MINUTES, SHORT, { what: change(what), afterMs: MINUTE_MS }).delaysMs.filter(
    (ms) => ms <= 90_000,
  ).length

test('quiet hours raise no alarm, and what is asked sooner stays within its allowance', () => {
  for (const name of [...FAMILIES, 'AR .6, wide', 'stands still']) {
    const { alarms, requests } = watchTrials(world(name), HOUR, SHORT)
    expect([name, alarms]).toEqual([name, {}])
    expect(requests).toBeLessThanOrEqual(SHORT.trials * HOUR.looks)
  }
})

test.each(FAMILIES)('a reload on each, each third or each tenth request is found within 90 s: %s', (name) => {
  for (const which of ['each', 'each third', 'each tenth'])
    expect([which, foundIn(name, `${which} request takes 4 s more`)]).toEqual([
      which,
      expect.toSatisfy((n: number) => n >= SHORT.trials - 1),
    ])
})

test('a service that refuses, or answers nothing any more, is found within 10 s at the default pace', () => {
  for (const what of ['each request is refused', 'no request is answered']) {
    const { delaysMs } = watchTrials(world('AR .3'), FIVE_MINUTES, SHORT, {
      what: change(what),
      afterMs: MINUTE_MS,
    })
    expect(delaysMs).toHaveLength(SHORT.trials)
    expect(delaysMs.at(-1)).toBeLessThanOrEqual(10_000)
  }
})

test('the stored watches meet their goals', () => {
  const results = readWatches() ?? expect.fail('no watches are stored')
  expect(Math.min(...results.quiet.map(({ counts }) => counts.trials))).toBeGreaterThanOrEqual(1_000)
  expect(watchGoals(results).filter(({ isMet }) => !isMet)).toEqual([])
})
