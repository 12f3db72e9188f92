import { expect, test } from 'vitest'
import { didYouMean } from './did-you-mean.ts'

test('a typing error names the word that was meant', () => {
  expect(didYouMean('maxSecond', ['maxSeconds', 'checkSeconds'])).toBe('did you mean "maxSeconds"?')
  expect(didYouMean('MAXSECONDS', ['maxSeconds'])).toBe('did you mean "maxSeconds"?')
  expect(didYouMean('simulatr', ['staging', 'simulator', 'simulated'])).toBe('did you mean "simulator"?')
})

test('a word that is near nothing lists what there is', () => {
  expect(didYouMean('zebra', ['target', 'seed'])).toBe('known: seed, target.')
  expect(didYouMean('ulr', ['urls', 'url'])).toBe('did you mean "url"?')
  expect(didYouMean('x', ['y'])).toBe('known: y.')
  expect(didYouMean('', ['y'])).toBe('known: y.')
  expect(didYouMean('zebra', [])).toBe('there are none.')
})
