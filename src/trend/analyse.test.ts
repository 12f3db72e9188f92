import { expect, test } from 'vitest'
import type { Night } from '../records/index.ts'
import { analyse } from './index.ts'
import { dayOf, E2E, nightsWith, type Special } from './testing/nights.ts'

const reasonsOf = (nights: ReturnType<typeof nightsWith>, metric = E2E.metric) => {
  const { state, dismissed } = analyse({ ...E2E, metric }, nights)
  return { state, reasons: dismissed.map(({ reason }) => reason), says: dismissed.map((one) => one.sentence) }
}

test('a quiet series is steady, and says at what level, since when and with which noise', () => {
  const trend = analyse(E2E, nightsWith(120))
  expect(trend).toMatchObject({ state: 'steady', changes: [], dismissed: [], used: 120 })
  expect(trend.sentence).toMatch(
    /^e2eMsP50 \(warm\) of chat is steady at 39\d\.\d ms since 2025-01-01: 120 nights that count, [12]\.\d % from night to night\.$/,
  )
})

test('six nights are too few, none has no level at all', () => {
  expect(analyse(E2E, nightsWith(6))).toMatchObject({ state: 'too-few', used: 6 })
  expect(analyse(E2E, [])).toMatchObject({ state: 'too-few', used: 0, changes: [] })
})

test('equal values have no noise, and their step is found', () => {
  const nights = nightsWith(60).map((night, index) => ({ ...night, value: index < 40 ? 400 : 440 }))
  expect(analyse(E2E, nights.slice(0, 40))).toMatchObject({ state: 'steady', noise: 0 })
  expect(analyse(E2E, nights).changes).toMatchObject([
    { index: 40, direction: 'worse', before: 400, after: 440 },
  ])
})

test('a young series shows a step before a year has passed', () => {
  const nights = nightsWith(20, (index) => ({ factor: index < 12 ? 1 : 1.15 }))
  expect(analyse(E2E, nights).changes).toMatchObject([{ kind: 'step', direction: 'worse' }])
})

test('fewer tokens a second are worse, a shorter time is better', () => {
  const slower = nightsWith(100, (index) => ({ factor: index < 60 ? 1 : 0.9 }))
  expect(analyse({ ...E2E, metric: 'outputTokensPerSecond' }, slower).changes).toMatchObject([
    { direction: 'worse' },
  ])
  expect(analyse(E2E, slower).changes).toMatchObject([{ direction: 'better' }])
})

test('a change is not announced before it has lasted three nights', () => {
  const nights = nightsWith(163, (index) => ({ factor: index < 160 ? 1 : 1.2 }))
  expect([1, 2, 3].map((since) => analyse(E2E, nights.slice(0, 160 + since)).state)).toEqual([
    ...['steady', 'steady', 'changed'],
  ])
})

test('an excursion that is over went away, one odd night is a spike', () => {
  const nights = nightsWith(150, (index) => ({
    factor: index >= 80 && index < 90 ? 1.1 : index === 40 ? 1.5 : 1,
  }))
  const { state, reasons, says } = reasonsOf(nights)
  expect(state).toBe('steady')
  expect(reasons).toEqual(['spike', 'went-away'])
  expect(says[1]).toContain(`on ${dayOf(80)} and was back on ${dayOf(90)}.`)
})

test('what the noise of a night hides is too small', () => {
  const { state, reasons } = reasonsOf(nightsWith(400, (index) => ({ factor: index < 200 ? 1 : 1.015 })))
  expect({ state, reasons }).toEqual({ state: 'steady', reasons: ['too-small'] })
})

test('what moves the reference target too is the environment, and what moves against it is the service', () => {
  const moved = (both: boolean) => (index: number) => ({
    factor: index < 100 ? 1 : 1.1,
    reference: both && index >= 100 ? 220 : 200,
  })
  const together = analyse(E2E, nightsWith(160, moved(true)))
  expect(together).toMatchObject({ state: 'steady', againstReference: true })
  expect(together.dismissed).toMatchObject([{ reason: 'environment', index: 100 }])
  const alone = analyse(E2E, nightsWith(160, moved(false)))
  expect(alone.changes).toMatchObject([{ index: 100, direction: 'worse' }])
  expect(alone.sentence).toContain('against the reference target')
})

test('hosts that take turns hide no step and make none', () => {
  const random = (index: number) => (index * 7919) % 13 < 6
  const onHosts = (step: number) => (index: number) => ({
    factor: (random(index) ? 1 : 1.1) * (index < 100 ? 1 : step),
    attributes: { host: random(index) ? 'a' : 'b' },
  })
  expect(analyse(E2E, nightsWith(150, onHosts(1))).state).toBe('steady')
  expect(analyse(E2E, nightsWith(150, onHosts(1.08))).changes).toMatchObject([
    { index: 100, changed: [], direction: 'worse' },
  ])
})

test.each([
  ['longer answers', 'output-length', { outputTokens: [100, 110] }, 1.1, 'e2eMsP50'],
  ['longer prompts', 'input-length', { inputTokens: [500, 600] }, 1.15, 'ttftMsP50'],
  ['a colder cache', 'cache-hits', { cacheHitRate: [0.8, 0.75] }, 1.2, 'ttftMsP50'],
] as const)('%s explain no more than they can do', (_, reason, shift, factor, metric) => {
  const [[name, [before, after]]] = Object.entries(shift) as [[string, readonly [number, number]]]
  const shifted = (size: number) => (index: number) => ({
    ...{ factor: index < 100 ? 1 : size, attributes: { [name]: index < 100 ? before : after } },
  })
  expect(reasonsOf(nightsWith(150, shifted(factor)), metric)).toMatchObject({
    state: 'steady',
    reasons: [reason],
  })
  expect(reasonsOf(nightsWith(150, shifted(1.5)), metric).state).toBe('changed')
  // Longer answers and prompts do not slow the start of a server.
  expect(reasonsOf(nightsWith(150, shifted(factor)), 'coldStartMs').state).toBe('changed')
})

test('shorter answers do not explain a longer time', () => {
  const nights = nightsWith(150, (index) => ({
    factor: index < 100 ? 1 : 1.1,
    attributes: { outputTokens: index < 100 ? 110 : 100 },
  }))
  expect(reasonsOf(nights).state).toBe('changed')
})

test('nights that are invalid or missing are no evidence, and are said', () => {
  const special = (index: number): Special => {
    if (index >= 50 && index < 56) return { state: 'invalid', factor: 2 }
    return { nothing: index >= 80 && index < 90, ...(index >= 90 && { factor: 1.1 }) }
  }
  const trend = analyse(E2E, nightsWith(130, special))
  expect(trend).toMatchObject({ nights: 120, used: 114 })
  expect(trend.dismissed.map(({ sentence }) => sentence)).toEqual([
    `6 nights from ${dayOf(50)} on do not count: they are invalid.`,
    `10 nights between ${dayOf(79)} and ${dayOf(90)} are missing.`,
  ])
  // It came somewhere in the gap.
  expect(trend.changes[0]?.between.map((at) => at.slice(0, 10))).toEqual([dayOf(79), dayOf(90)])
})

test('an accepted change is open no more, and what comes after it is', () => {
  const factors = (index: number) => ({ factor: index < 60 ? 1 : index < 140 ? 1.1 : 1.25 })
  const nights = nightsWith(200, factors)
  expect(analyse(E2E, nights)).toMatchObject({ accepted: { from: 0, to: 59 }, current: { from: 140 } })
  const accepted = analyse(E2E, nights, {
    acceptances: [{ at: `${dayOf(60)}T03:00:00.000Z`, reason: 'new model' }],
  })
  expect(accepted.changes.map(({ status }) => status)).toEqual(['accepted', 'open'])
  expect(accepted.accepted).toMatchObject({ from: 60, to: 139 })
  const all = analyse(E2E, nights, { acceptances: [{ at: `${dayOf(141)}T03:00:00.000Z`, reason: 'both' }] })
  expect(all).toMatchObject({ state: 'steady', accepted: { from: 140, to: 199 } })
})

test('small steps that nobody announced add up against the accepted level', () => {
  // Each is as large as the noise of a night hides.
  const boiling = (index: number) => ({ factor: 1.012 ** Math.floor(index / 50) })
  const trend = analyse(E2E, nightsWith(400, boiling))
  expect(trend.state).toBe('changed')
  expect(trend.changes.at(-1)).toMatchObject({ kind: 'ramp', direction: 'worse', status: 'open' })
})

test('the unit does not matter, and a later night changes no earlier fact', () => {
  const nights = nightsWith(200, (index) => ({ factor: index < 120 ? 1 : 1.12 }))
  const shapeOf = (scaled: readonly Night[]) =>
    analyse(E2E, scaled).changes.map(({ index, effect }) => [index, effect.toFixed(6)])
  const inSeconds = nights.map((night) => ({ ...night, value: night.value / 1_000 }))
  expect(shapeOf(inSeconds)).toEqual(shapeOf(nights))
  expect(analyse(E2E, nights.slice(0, 150)).changes[0]?.index).toBe(analyse(E2E, nights).changes[0]?.index)
})
