import { expect, test } from 'vitest'
import { didYouMean, levenshtein } from './did-you-mean.ts'

test('the distance counts insertions, deletions and substitutions', () => {
  expect(levenshtein('kitten', 'sitting')).toBe(3)
  expect(levenshtein('', 'abc')).toBe(3)
  expect(levenshtein('same', 'same')).toBe(0)
})

test('a typing error names the word that was meant', () => {
  expect(didYouMean('maxSecond', ['maxSeconds', 'checkSeconds'])).toBe('did you mean "maxSeconds"?')
  expect(didYouMean('MAXSECONDS', ['maxSeconds'])).toBe('did you mean "maxSeconds"?')
})

test('a word that is near nothing lists what there is', () => {
  expect(didYouMean('zebra', ['target', 'seed'])).toBe('known: seed, target.')
  expect(didYouMean('x', ['y'])).toBe('known: y.')
  expect(didYouMean('zebra', [])).toBe('there are none.')
})
