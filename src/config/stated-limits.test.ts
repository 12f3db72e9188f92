import { expect, test } from 'vitest'
import { HarnessError } from '../errors.ts'
import { statedLimits, withStated } from './stated-limits.ts'

const known = {
  'warm.ttftMsP99': 'max',
  ttftMsP99: 'max',
  'steady.ttftMsP99': 'max',
  'steady.tpotMsP50': 'max',
  'steady.outputTokensPerSecond': 'min',
  'steady.goodput': 'min',
  goodput: 'min',
} as const

const refusal = (...slos: string[]): string => {
  try {
    statedLimits(slos, known)
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'usage') return error.message
  }
  return expect.fail('it was not refused')
}

test('what a load has to keep is a limit of steady samples', () => {
  expect(statedLimits(['ttftMsP99<500', ' steady.tpotMsP50 <= 40.5 ', 'goodput>19'], known)).toEqual({
    'steady.ttftMsP99': { max: 500 },
    'steady.tpotMsP50': { max: 40.5 },
    'steady.goodput': { min: 19 },
  })
})

test.each([
  ['ttftMsP9<500', /^--slo 'ttftMsP9<500': nothing of this name is measured: did you mean "ttftMsP99"\?$/],
  ['ttftMsP99>500', /has a largest value: write 'ttftMsP99<500'$/],
  ['goodput<3', /has a smallest value: write 'goodput>3'$/],
  ['ttftMsP99=500', /write a name, < or >, and a number, as in --slo 'ttftMsP99<500' \(milliseconds\)$/],
  ['ttftMsP99<500ms', /write a name/],
  ['ttftMsP99<-1', /write a name/],
  ['', /write a name/],
  ['warm.ttftMsP99<500', /speaks of a load, which is steady: warm\.ttftMsP99 stands in policy\.limits/],
])('%s is refused with what to write', (slo, says) => {
  expect(refusal(slo)).toMatch(says)
})

test('a limit that stands twice is refused', () => {
  expect(refusal('ttftMsP99<500', 'ttftMsP99<400')).toMatch(/ttftMsP99 has a limit already/)
})

test('a limit of the command line replaces that of the file, also where the file leaves out the warmth', () => {
  const file = { 'steady.ttftMsP99': { max: 900 }, ttftMsP99: { max: 300 }, goodput: { min: 1 } }
  const stated = statedLimits(['ttftMsP99<500', 'goodput>19'], known)
  expect(withStated(file, stated, known)).toEqual({
    ttftMsP99: { max: 300 },
    'steady.ttftMsP99': { max: 500 },
    'steady.goodput': { min: 19 },
  })
  expect(withStated(file, {}, known)).toBe(file)
  expect(withStated(undefined, {}, known)).toBeUndefined()
})
