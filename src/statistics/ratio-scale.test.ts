import { expect, test } from 'vitest'
import { createRandom, normal } from '../random.ts'
import { isRatioScale } from './ratio-scale.ts'

/** Levels that go from 1 to 100 and back, so that a factor and an amount of noise look unlike each other. */
const LEVELS = Array.from({ length: 200 }, (_, i) => 10 ** (2 * Math.sin((Math.PI * i) / 199)))
const noisy = (seed: string, with_: (level: number, z: number) => number) => {
  const random = createRandom(seed)
  return LEVELS.map((level) => with_(level, normal(random)))
}

test('noise that grows with the level is a factor, noise that is the same everywhere an amount', () => {
  for (let i = 0; i < 20; i++) {
    expect(isRatioScale(noisy(`factor ${i}`, (level, z) => level * Math.exp(0.1 * z)))).toBe(true)
    expect(isRatioScale(noisy(`amount ${i}`, (level, z) => 10 + level + z))).toBe(false)
  }
})

test('the unit does not matter', () => {
  for (const unit of [0.001, 1000]) {
    expect(isRatioScale(noisy('unit', (level, z) => unit * level * Math.exp(0.1 * z)))).toBe(true)
    expect(isRatioScale(noisy('unit', (level, z) => unit * (10 + level + z)))).toBe(false)
  }
})

test('where both are alike it is a factor: a level that hardly moves, equal values, one value', () => {
  const still = noisy('still', (_, z) => 100 + z)
  expect(isRatioScale(still)).toBe(true)
  for (const values of [[7, 7, 7, 7], [3], []]) expect(isRatioScale(values)).toBe(true)
})

test('what reaches 0 or below has no logarithm', () => {
  const still = noisy('still', (_, z) => 100 + z)
  for (const least of [0, -1]) {
    expect(isRatioScale([5, 5, least, 5])).toBe(false)
    // One of so many is clipped like a step.
    expect(isRatioScale(still.with(50, least))).toBe(false)
  }
})
