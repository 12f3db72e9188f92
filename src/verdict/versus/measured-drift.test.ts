import { expect, test } from 'vitest'
import { measuredDrift } from './measured-drift.ts'

const run = (...values: readonly number[]) =>
  values.map((ttftMsP50, boot) => ({ boot, values: { ttftMsP50 }, requests: 10, failed: 0 }))

test('drift is the standard deviation over runs of the median logarithm of their starts', () => {
  // statistics.stdev([log(100), log(110), log(105)]) of Python: 0.04766
  const drift = measuredDrift([run(90, 100, 500), run(110), run(105, 105)])
  expect(drift.ttftMsP50?.sd).toBeCloseTo(0.0476596, 6)
  expect(drift.ttftMsP50?.runs).toBe(3)
})

test('what fewer than two runs know has no drift', () => {
  expect(measuredDrift([run(100)])).toEqual({})
  expect(measuredDrift([])).toEqual({})
})
