import { expect, test } from 'vitest'
import { requireAgainst } from './against-flags.ts'

test('settings of pairs that nobody measures are refused, and so are two targets to be held against', () => {
  expect(() => requireAgainst({ pairs: 3 })).toThrow(
    /--pairs is a setting of pairs: name the other target with --against/,
  )
  expect(() => requireAgainst({ onInconclusive: 'pass' })).toThrow(/--on-inconclusive/)
  expect(() => requireAgainst({ against: 'a', againstUrl: 'http://b' })).toThrow(/contradict/)
  expect(() => requireAgainst({ against: 'a', pairs: 3 })).not.toThrow()
})
