import { expect, test } from 'vitest'
import type { Boot, PlannedSleep, Policy, Sample, WakeUp } from '../records/index.ts'
import { compare } from './compare.ts'

const policy: Policy = { warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 3, minColdStarts: 2 }
const sleep: PlannedSleep = {
  ...{ windowMs: 300_000, marginMs: 30_000, wakeMs: 600_000, edge: 'holds', coldStarts: 2 },
}
const found: Boot = { index: 0, origin: 'found', outcome: 'generating', attempts: [] }
const wakeUp = (index: number, changes: Partial<WakeUp> = {}): WakeUp => ({
  ...{
    index,
    idleMs: 330_000,
    sentAtMs: index * 1e6,
    endedAtMs: index * 1e6 + 9_000,
    refusals: 0,
    hopAtMs: [],
  },
  first: { outcome: 'completed', e2eMs: 5_000 },
  ...{ phases: { complete: 5_000 }, unmeasured: {}, process: {} },
  next: [100, 110, 105].map((e2eMs) => ({ outcome: 'completed', e2eMs })),
  coldness: { is: 'cold', because: 'it took long' },
  ...changes,
})
const warm = [100, 100, 100].map(
  (e2eMs, index): Sample => ({
    ...{
      scenario: 'warm',
      warmth: 'warm',
      boot: 0,
      index,
      outcome: 'completed',
      sentAtMs: 200 * index,
      e2eMs,
    },
  }),
)

/** Each comparison of a run with these wake-ups, by its id. */
function judged(wakeUps: readonly WakeUp[], scaleToZero: PlannedSleep = sleep, more = {}) {
  const cold = wakeUps.filter(({ coldness }) => coldness.is === 'cold')
  const boots = cold.map(({ index }): Boot => ({ ...found, index, origin: 'woken' }))
  const colds = cold.map(
    ({ index, first, idleMs }): Sample => ({
      ...{ scenario: 'wake-up', warmth: 'cold', boot: index, index: 0, outcome: 'completed', sentAtMs: 0 },
      ...{ e2eMs: first.e2eMs, coldStartMs: first.e2eMs, idleMs },
    }),
  )
  const all = compare({
    ...{
      command: 'gate',
      samples: [...warm, ...colds],
      boots: [found, ...boots],
      policy,
      scaleToZero,
      wakeUps,
    },
    ...more,
  })
  return Object.fromEntries(all.map(({ id, outcome, reason }) => [id, `${outcome}: ${reason}`]))
}

test('two wake-ups of a healthy service are two cold starts, and each limit that needs them is judged', () => {
  const all = judged([wakeUp(1), wakeUp(2)])
  expect(all['cold-starts']).toBe('passed: 2 of at least 2 cold starts were timed')
  expect(all['warm-to-cold']).toMatch(/^passed: .* 2 % of the cold start of 5 s/)
  expect(all['wake-up']).toMatch(/^passed: 2 first answers/)
  expect(all['wakes-once']).toMatch(/^passed: an answer after cold start 1 took 110 ms/)
  expect(all['wakes-afresh']).toBeUndefined()
  expect(all['after-idle']).toBeUndefined()
})

test('a wait that is not shown to end in a cold start counts as none, and the reason says what to do', () => {
  const awake = wakeUp(2, { coldness: { is: 'not-shown', because: 'it was as quick as warm' } })
  expect(judged([wakeUp(1), awake])['cold-starts']).toMatch(
    /^inconclusive: 1 of at least 2 .*: 1 wait ended in no start that is shown to be cold: it was as quick as warm; run when nobody else asks/,
  )
})

test('planned and not measured is no PASS; left out by the user, a bench does not judge them, and a gate is no PASS', () => {
  expect(judged([], sleep, { unwoken: 'no time' })['cold-starts']).toMatch(/^inconclusive: 0 of .*: no time/)
  expect(judged([], { ...sleep, coldStarts: 0 })['cold-starts']).toBe(
    'inconclusive: cold starts were left out (--no-cold)',
  )
  const without = judged([], { ...sleep, coldStarts: 0 }, { command: 'bench' })
  expect(without['cold-starts']).toBe('not-applicable: cold starts were left out (--no-cold)')
  expect(without['warm-to-cold']).toMatch(/^not-applicable: .*--no-cold/)
  expect(without['wake-up']).toBeUndefined()
})

test('a first answer that fails is told apart: it never wakes, or the request was lost that woke it', () => {
  const failed = { outcome: 'http-status', status: 500, message: 'HTTP 500', e2eMs: 4_000 } as const
  const [lost, never] = [[{ outcome: 'completed', e2eMs: 90 }], [failed, failed]] as const
  const unknown = { coldness: { is: 'unknown', because: 'it was not answered' }, first: failed } as const
  expect(judged([wakeUp(1, { ...unknown, next: lost })])['wake-up']).toMatch(
    /^failed: cold start 1, after 330 s .* http-status \(HTTP 500\): HTTP 500; asked again, it answered in 90 ms: it woke/,
  )
  expect(judged([wakeUp(1, { ...unknown, next: never })])['wake-up']).toMatch(
    /asked again 2 times, it never answered: it does not wake/,
  )
})

test('an answer after the wake-up that takes as long as a load has loaded again, one that fails is a finding', () => {
  const slow = [100, 4_800, 100].map((e2eMs) => ({ outcome: 'completed', e2eMs }) as const)
  expect(judged([wakeUp(1), wakeUp(2, { next: slow })])['wakes-once']).toMatch(
    /^failed: an answer after cold start 2 took 4.8 s, the cold start 5 s \(at most 1.5 s\): as if the model were loaded twice/,
  )
  const broken = [{ outcome: 'reset', message: 'closed', e2eMs: 1 }] as const
  expect(judged([wakeUp(1, { next: broken })])['wakes-once']).toMatch(/^failed: .* failed with reset: closed/)
})

test('copies that sample alike are a finding only where the user expects fresh ones', () => {
  const alike = [wakeUp(1, { sampled: 'a' }), wakeUp(2, { sampled: 'a' })]
  const expected = { ...sleep, freshRandomState: true } as const
  expect(judged(alike)['wakes-afresh']).toBeUndefined()
  expect(judged(alike, expected)['wakes-afresh']).toMatch(/^failed: 2 of 2 cold starts sampled the same/)
  expect(
    judged([wakeUp(1, { sampled: 'a' }), wakeUp(2, { sampled: 'b' })], expected)['wakes-afresh'],
  ).toMatch(/^passed/)
  expect(judged([wakeUp(1, { sampled: 'a' }), wakeUp(2)], expected)['wakes-afresh']).toMatch(/^inconclusive/)
})
