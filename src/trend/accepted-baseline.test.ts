import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import type { Night, SeriesKey, StartFigures } from '../records/index.ts'
import { acceptedBaseline, analyse, type Known } from './index.ts'

const KEY: SeriesKey = {
  ...{ targetName: 'staging', scenario: 'warm', metric: 'e2eMsP50', warmth: 'warm', hardware: 'GPU' },
}
const nightAt = (index: number): string => new Date(Date.UTC(2026, 0, 1 + index, 3)).toISOString()

const nightOf = (index: number, value: number, more: Partial<Night> = {}): Night => ({
  ...{ runId: `night-${index}`, at: nightAt(index), value, starts: 3 },
  ...{ verdict: 'PASS', state: 'complete', attributes: {}, ...more },
})

const known = (nights: readonly Night[], key = KEY): Known => ({ nights, trend: analyse(key, nights) })

/** Three starts about the value of a night: 2 % below it, at it, 2 % above. */
const startsOf =
  (nights: readonly Night[]) =>
  (runId: string): readonly StartFigures[] | undefined => {
    const night = nights.find((one) => one.runId === runId)
    return night && [0.98, 1, 1.02].map((factor, boot) => startAt(boot, night.value * factor))
  }

const startAt = (boot: number, e2eMsP50: number): StartFigures => ({
  ...{ boot, values: { e2eMsP50 }, requests: 30, failed: 0 },
})

const noise = createRandom('accepted nights')
const quiet = Array.from({ length: 40 }, (_, i) => nightOf(i, 100 * Math.exp(0.03 * normal(noise))))

test('the starts of accepted nights stand at the level of the segment and differ as those of one night do', () => {
  const baseline = acceptedBaseline([known(quiet)], startsOf(quiet))
  expect(baseline).toMatchObject({ runId: 'night-39', startedAt: nightAt(39), nights: 40 })
  const values = baseline?.starts.flatMap(({ values }) => values.e2eMsP50 ?? []) ?? []
  // Of the newest twenty nights.
  expect(values).toHaveLength(60)
  const level = known(quiet).trend.accepted?.level ?? 0
  expect(Math.min(...values) / level).toBeCloseTo(0.98, 10)
  expect(Math.max(...values) / level).toBeCloseTo(1.02, 10)
})

test('the drift is what nights differ by, for one night and the mean of the others', () => {
  const drift = acceptedBaseline([known(quiet)], startsOf(quiet))?.drift.e2eMsP50
  const logs = quiet.map(({ value }) => Math.log(value))
  const mean = logs.reduce((sum, one) => sum + one, 0) / 40
  const sd = Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 39)
  expect(drift?.runs).toBe(40)
  // A stored baseline counts it for two single runs: sd·√2.
  expect((drift?.sd ?? 0) * Math.SQRT2).toBeCloseTo(sd * Math.sqrt(1 + 1 / 40), 12)
})

test('a machine that is slower tonight makes the level slower, by what the reference says', () => {
  const nights = quiet.map((night) => ({ ...night, value: 2 * night.value, reference: night.value }))
  const tonight = [startAt(0, 150), startAt(1, 150), startAt(2, 150)]
  const baseline = acceptedBaseline([known(nights)], startsOf(nights), tonight)
  const values = baseline?.starts.flatMap(({ values }) => values.e2eMsP50 ?? []) ?? []
  expect([Math.min(...values), Math.max(...values)]).toEqual([
    expect.closeTo(0.98 * 300, 6),
    expect.closeTo(1.02 * 300, 6),
  ])
  // The ratio is the same each night, so nothing of the machine is left in the drift.
  expect(baseline?.drift.e2eMsP50?.sd).toBeCloseTo(0, 10)
})

test('nights after an open change and nights that failed are no baseline', () => {
  const slower = quiet.map((night, i) => (i < 30 ? night : { ...night, value: 1.3 * night.value }))
  const failed = slower.map((night, i): Night => (i === 29 ? { ...night, verdict: 'FAIL' } : night))
  expect(known(failed).trend.changes).toMatchObject([{ status: 'open' }])
  expect(acceptedBaseline([known(failed)], startsOf(failed))?.runId).toBe('night-28')
})

test('a night that was imported from a table has no starts: its value is one', () => {
  const baseline = acceptedBaseline([known(quiet)], () => [])
  const values = baseline?.starts.flatMap(({ values }) => values.e2eMsP50 ?? [])
  expect(values).toEqual(quiet.slice(-20).map(({ value }) => value))
})

test('too few nights, or series of other figures alone, are no baseline', () => {
  const few = quiet.slice(0, 4)
  expect(acceptedBaseline([known(few)], startsOf(few))).toBeUndefined()
  expect(acceptedBaseline([known(quiet, { ...KEY, metric: 'warmToCold' })], startsOf(quiet))).toBeUndefined()
  expect(acceptedBaseline([], () => undefined)).toBeUndefined()
})
