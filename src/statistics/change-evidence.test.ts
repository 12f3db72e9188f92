import { expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { addEvidence, type ChangeEvidence, evidenceLimit, evidenceOf } from './index.ts'

const AT = { expected: 0.1, alternatives: [0.5] }

test('each sum is that of Shiryaev and Roberts: (1 + R) times the likelihood ratio', () => {
  expect(addEvidence([], true, AT)).toEqual([5])
  expect(addEvidence([5], true, AT)[0]).toBeCloseTo(30, 9)
  expect(addEvidence([], false, AT)[0]).toBeCloseTo(0.5 / 0.9, 9)
  expect(evidenceOf([2, 4])).toBe(3)
  expect(evidenceOf([])).toBe(0)
  expect(evidenceLimit(720, 0.001)).toBeCloseTo(720_000, 6)
})

test('an alternative that is no rise takes no part', () => {
  expect(addEvidence([3], true, { expected: 0.5, alternatives: [0.4] })).toEqual([4])
})

/** After how many observations the limit is reached, among so many; undefined where it is not. */
function reachedAfter(hits: Iterable<boolean>, alpha: number, looks: number): number | undefined {
  let sums: ChangeEvidence = []
  let n = 0
  for (const isHit of hits) {
    sums = addEvidence(sums, isHit, { expected: 0.1, alternatives: [0.3, 0.8] })
    n++
    if (evidenceOf(sums) >= evidenceLimit(looks, alpha)) return n
  }
  return undefined
}

test('within its looks an unchanged share reaches the limit seldom enough, one that rises late reaches it soon', () => {
  const random = createRandom('quiet')
  const quiet = Array.from({ length: 400 }, () =>
    reachedAfter(
      Array.from({ length: 300 }, () => random.next() < 0.1),
      0.05,
      300,
    ),
  )
  expect(quiet.filter((one) => one !== undefined).length / 400).toBeLessThanOrEqual(0.05)
  const late = [
    ...Array.from({ length: 250 }, (_, n) => n % 10 === 9),
    ...Array.from({ length: 50 }, () => true),
  ]
  expect(reachedAfter(late, 0.05, 300)).toBeLessThanOrEqual(257)
})

test('a share of 0 or 1 is none that can be expected', () => {
  for (const expected of [0, 1, -0.1, 1.1, Number.NaN])
    expect(() => addEvidence([], true, { expected, alternatives: [0.5] })).toThrow(/expected share/)
  for (const alpha of [0, 1, -0.1, 1.1, Number.NaN])
    expect(() => evidenceLimit(10, alpha)).toThrow(/no limit/)
  for (const looks of [0, -1, Number.NaN]) expect(() => evidenceLimit(looks, 0.5)).toThrow(/no limit/)
  expect(evidenceLimit(1, 0.5)).toBe(2)
})
