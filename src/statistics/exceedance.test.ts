import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { evidenceAbove } from './evidence.ts'
import { exceedsAfter, exceedsByFar, keepsByFar, type TimedAnswer } from './index.ts'
import { inClosedLoop } from './testing/simulated-answers.ts'

const fill = (n: number, value: number): number[] => Array.from({ length: n }, () => value)

test('three answers of six seconds stop a service whose limit is half a second, two of any length do not', () => {
  expect(exceedsAfter(inClosedLoop(fill(9, 6_000)), 500)).toBe(3)
  expect(exceedsAfter(inClosedLoop(fill(9, 40_000)), 500)).toBe(3)
  expect(exceedsAfter(inClosedLoop(fill(2, 40_000)), 500)).toBeUndefined()
})

test('answers that were all sent within ten seconds stop nothing, however slow and many they are', () => {
  expect(exceedsAfter(inClosedLoop(fill(100, 100)), 5)).toBeUndefined()
  expect(exceedsAfter(inClosedLoop(fill(106, 100)), 5)).toBe(102)
})

test('eight answers that a pause makes ten times as slow stop no quick service', () => {
  expect(exceedsAfter(inClosedLoop([...fill(8, 1_000), ...fill(52, 100)]), 500)).toBeUndefined()
  expect(
    exceedsAfter(inClosedLoop([...fill(20, 100), ...fill(8, 1_000), ...fill(52, 100)]), 500),
  ).toBeUndefined()
})

test('a service of two kinds of answers is not stopped while more than one in eight keeps the limit', () => {
  const timesMs = (every: number) => fill(60, 5_000).map((ms, i) => (i % every === 0 ? 400 : ms))
  expect(exceedsAfter(inClosedLoop(timesMs(7)), 500)).toBeUndefined()
  expect(exceedsAfter(inClosedLoop(timesMs(20)), 500)).toBeDefined()
})

test('answers on the limit or below it are never evidence', () => {
  expect(exceedsAfter(inClosedLoop(fill(300, 500)), 500)).toBeUndefined()
  expect(exceedsAfter([], 500)).toBeUndefined()
  expect([exceedsByFar(fill(300, 500), 500), exceedsByFar([], 500)]).toEqual([false, false])
})

test('an excess by far needs fewer answers than a small one, and no time', () => {
  expect([2, 3].map((n) => exceedsByFar(fill(n, 1_500), 500))).toEqual([false, true])
  expect([20, 45].map((n) => exceedsByFar(fill(n, 750), 500))).toEqual([false, true])
})

test('a value or limit that is no number is refused', () => {
  for (const e2eMs of [Number.NaN, 0, -1])
    expect(() => exceedsAfter([{ sentAtMs: 0, e2eMs }], 1)).toThrow('positive')
  for (const limitMs of [Number.NaN, Number.POSITIVE_INFINITY, 0])
    expect(() => exceedsByFar([1], limitMs)).toThrow('limit')
  expect(() => exceedsAfter([{ sentAtMs: Number.NaN, e2eMs: 1 }], 1)).toThrow('sent')
})

/** Sample variance. */
const varianceOf = (values: readonly number[]) => {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1)
}

/** By the words: the first answers that show it, as a whole and without those that were sent in any ten seconds and a limit. */
function expectedAfter(answers: readonly TimedAnswer[], limitMs: number): number | undefined {
  const logs = answers.map(({ e2eMs }) => Math.log(Math.min(5, Math.max(0.2, e2eMs / limitMs))))
  const isEnough = (left: readonly number[], variance: number) =>
    left.length > 0 &&
    evidenceAbove({
      ...{ count: left.length, sum: left.reduce((sum, one) => sum + one, 0), variance },
      ...{ first: left[0] as number, last: left.at(-1) as number },
    }) >= 100
  for (let count = 3; count <= answers.length; count++) {
    const [first, asked] = [logs.slice(0, count), answers.slice(0, count)]
    if (asked.filter(({ e2eMs }) => e2eMs <= limitMs).length > count / 8) continue
    const variance = varianceOf(first)
    // Each stretch begins with an answer.
    const without = asked.map(({ sentAtMs }, from) =>
      first.filter((_, i) => i < from || (asked[i] as TimedAnswer).sentAtMs >= sentAtMs + 10_000 + limitMs),
    )
    if (isEnough(first, variance) && without.every((left) => isEnough(left, variance))) return count
  }
  return undefined
}

test('it is what the words say, of answers of any length and spread, sent at any pace', () => {
  const random = createRandom('words')
  const found: (number | undefined)[] = []
  for (let drawn = 0; drawn < 150; drawn++) {
    const [limitMs, level, spread] = [
      random.pick([500, 4_000]),
      0.8 + 4 * random.next(),
      random.pick([0.1, 0.3, 0.6]),
    ]
    let sentAtMs = 0
    const answers = Array.from({ length: 40 }, () => {
      sentAtMs += random.pick([0, 1_000, 2_500, 5_250])
      const isWithin = random.next() < 0.05
      return { sentAtMs, e2eMs: isWithin ? limitMs : limitMs * level * Math.exp(spread * normal(random)) }
    })
    const after = exceedsAfter(answers, limitMs)
    expect(after).toBe(expectedAfter(answers, limitMs))
    found.push(after)
  }
  expect(found.filter((one) => one === undefined).length).toBeGreaterThan(15)
  expect(new Set(found).size).toBeGreaterThan(10)
})

test('a stretch ends ten seconds and the limit after it began, that moment not included', () => {
  // Three answers of five times the limit and more are enough; a pause may take two of five.
  const sent = (lastMs: number) =>
    [0, 5_000, 10_500, 10_500 + 1, lastMs].map((sentAtMs) => ({ sentAtMs, e2eMs: 9_000 }))
  for (const lastMs of [15_000, 20_999, 21_000, 21_001, 40_000])
    expect(exceedsAfter(sent(lastMs), 500), `${lastMs}`).toBe(expectedAfter(sent(lastMs), 500))
})

test('what keeps the limit by far is what would exceed it by far, mirrored at the limit', () => {
  expect([2, 3].map((n) => keepsByFar(fill(n, 500 / 3), 500))).toEqual([false, true])
  expect([20, 45].map((n) => keepsByFar(fill(n, 500 / 1.5), 500))).toEqual([false, true])
  expect(keepsByFar(fill(300, 500), 500)).toBe(false)
})

test('an answer on the limit keeps it; one in eight may, one in seven not', () => {
  const times = (n: number) => fill(n, 5_000).with(5, 500).with(9, 500)
  expect([15, 16].map((n) => exceedsByFar(times(n), 500))).toEqual([false, true])
  // A spread of its own makes the same answers weaker evidence.
  expect(exceedsByFar([2_400, 600, 2_400, 600, 2_400, 600], 500)).toBe(false)
  expect(exceedsByFar(fill(6, 1_200), 500)).toBe(true)
})
