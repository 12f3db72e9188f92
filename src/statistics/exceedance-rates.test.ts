import { describe, expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { exceedsAfter } from './index.ts'
import { answerTimes, type Disturbance, inClosedLoop } from './testing/simulated-answers.ts'

const CORRELATIONS = [0, 0.6, 0.8, 0.9] as const
/** 4,000 series of 60 answers each. */
const DRAWN = Object.fromEntries(
  CORRELATIONS.map((correlation) => [
    correlation,
    answerTimes({ series: 4_000, answers: 60, correlation, seed: `exceedance ${correlation}` }),
  ]),
)

type Drawn = {
  readonly answers: number
  readonly medianMs: number
  readonly correlation: (typeof CORRELATIONS)[number]
}

/** The share of 4,000 series in which the limit is said to be exceeded. */
function stopped(
  limitMs: number,
  { answers, medianMs, correlation }: Drawn,
  disturbed?: () => Disturbance,
): number {
  const series = DRAWN[correlation] ?? []
  const exceed = series.filter((times) => {
    const timesMs = times.subarray(0, answers).map((time) => medianMs * time)
    return exceedsAfter(inClosedLoop(timesMs, disturbed?.()), limitMs) !== undefined
  })
  return exceed.length / series.length
}

test.each([
  // Answers of half a second; then answers of which each outlasts a pause.
  { limitMs: 500, correlation: 0, most: 0.01 },
  { limitMs: 500, correlation: 0.6, most: 0.01 },
  { limitMs: 500, correlation: 0.8, most: 0.02 },
  { limitMs: 500, correlation: 0.9, most: 0.02 },
  { limitMs: 12_000, correlation: 0, most: 0.01 },
  { limitMs: 12_000, correlation: 0.6, most: 0.01 },
  { limitMs: 12_000, correlation: 0.8, most: 0.02 },
  { limitMs: 12_000, correlation: 0.9, most: 0.03 },
] as const)(
  'a median on the limit of $limitMs ms is stopped in at most $most of series with AR(1) $correlation',
  ({ limitMs, correlation, most }) => {
    expect(stopped(limitMs, { answers: 60, medianMs: limitMs, correlation })).toBeLessThanOrEqual(most)
  },
)

const PAUSE_MS = 10_000
const isIn = (startMs: number, atMs: number) => atMs >= startMs && atMs < startMs + PAUSE_MS
const PAUSES: readonly (readonly [string, (startMs: number) => Disturbance])[] = [
  ['what is sent in it takes 5 s', (start) => (at, usual) => (isIn(start, at) ? 5_000 : usual)],
  [
    'what is sent in it takes ten times as long',
    (start) => (at, usual) => (isIn(start, at) ? 10 : 1) * usual,
  ],
  [
    'nothing in flight ends before it does',
    (start) => (at, usual) =>
      at + usual > start && at < start + PAUSE_MS ? start + PAUSE_MS - at + usual : usual,
  ],
]

test.each(PAUSES)(
  'a pause of ten seconds in which %s stops at most 1 % of medians on the limit',
  (_, pause) => {
    for (const limitMs of [500, 4_000]) {
      const random = createRandom('pause')
      // Half of the pauses begin with the first answer.
      const anywhere = () => pause(random.pick([0, random.next() * 30 * limitMs]))
      const drawn = { answers: 30, medianMs: limitMs, correlation: 0.8 } as const
      expect(stopped(limitMs, drawn, anywhere)).toBeLessThanOrEqual(0.01)
    }
  },
)

describe.each([0, 0.8] as const)('at AR(1) %d', (correlation) => {
  test('answers at twice the limit are stopped within 60, those of half a second as those of one or twelve', () => {
    for (const [limitMs, least] of [
      [250, 0.93],
      [500, 0.95],
      [6_000, 0.95],
    ] as const)
      expect(
        stopped(limitMs, { answers: 60, medianMs: 2 * limitMs, correlation }),
        `${limitMs}`,
      ).toBeGreaterThan(least)
  })

  test('answers at five times the limit are stopped within ten where they take 2.5 s, within three where 15 s', () => {
    expect(stopped(500, { answers: 10, medianMs: 2_500, correlation })).toBeGreaterThan(0.95)
    expect(stopped(3_000, { answers: 3, medianMs: 15_000, correlation })).toBeGreaterThan(0.95)
  })
})
