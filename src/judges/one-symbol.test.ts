import { expect, test } from 'vitest'
import { isOneSymbol, longestRun } from './one-symbol.ts'

test('one symbol over and over is told from a text, and a short one is neither', () => {
  expect(isOneSymbol('!!!!!!!!!!!!')).toBe(true)
  expect(isOneSymbol('!!!!!!!!!!!! Once upon a time')).toBe(false)
  expect(isOneSymbol('!!!')).toBe(false)
})

test('the longest run of one symbol is counted wherever it stands', () => {
  expect(longestRun('')).toEqual({ symbol: '', count: 0 })
  expect(longestRun('Once upon!!!!! a time')).toEqual({ symbol: '!', count: 5 })
  expect(longestRun('!!!!!!!!!!!!nce upon a time')).toEqual({ symbol: '!', count: 12 })
  expect(longestRun('a\n\n\n\n        b')).toEqual({ symbol: 'a', count: 1 })
  expect(longestRun('😀😀😀 is three')).toEqual({ symbol: '😀', count: 3 })
})
