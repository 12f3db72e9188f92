import { expect, test } from 'vitest'
import { numberToGoBackTo, readHistory } from './modal-rows.ts'

/** As the real command line 1.6.4 printed it, asked of a stand-in for Modal's server. */
const PRINTED = `[
  { "version": "v13", "time_deployed": "2026-11-27 04:00:27+00:00", "client": "1.6.4", "deployed_by": "you", "commit": null, "tag": "bad" },
  { "version": "v12", "time_deployed": "2026-11-27 04:00:26+00:00", "client": "1.6.4", "deployed_by": "you", "commit": null, "tag": "good" }
]`

test('a history is read newest first, in the spelling of either client', () => {
  const rows = [
    { number: 13, tag: 'bad' },
    { number: 12, tag: 'good' },
  ]
  expect(readHistory(PRINTED)).toEqual(rows)
  expect(readHistory('[{"Version":"v9","Tag":null},{"Version":"v10"}]')).toEqual([
    { number: 10 },
    { number: 9 },
  ])
  expect(() => readHistory('[{"state":"deployed"}]')).toThrow('no version such as v12')
  expect(() => readHistory('{}')).toThrow('no list')
})

const rows = (...tags: readonly (string | undefined)[]) =>
  tags.map((tag, index) => ({ number: 20 - index, ...(tag !== undefined && { tag }) }))

test.each([
  ['the tag of what was live', rows('new', 'old', 'older'), { kind: 'number', number: 19 }],
  ['its number, where it had no tag', rows('new', undefined), { kind: 'number', number: 19 }],
  [
    'the newest of two deploys of one release',
    rows('new', 'x', 'old', 'old'),
    { kind: 'number', number: 18 },
  ],
  [
    'a second time, after a rollback that Modal lists without a tag',
    rows(undefined, 'new', 'old'),
    { kind: 'number', number: 18 },
  ],
])('the way back is found by %s', (_, history, target) => {
  expect(numberToGoBackTo(history, { from: 'new', to: 'old' })).toEqual(target)
})

test('a version of the history is known by its number, too', () => {
  expect(numberToGoBackTo(rows('new', 'old'), { from: 'new', to: 'v19' })).toEqual({
    kind: 'number',
    number: 19,
  })
})

test('nothing is rolled back where the deploy never came into being, or the old release is the newest already', () => {
  expect(numberToGoBackTo(rows('old', 'older'), { from: 'new', to: 'old' }).kind).toBe('there')
  expect(numberToGoBackTo(rows('a', 'b'), { from: 'new', to: 'old' }).kind).toBe('there')
})

test('a first deploy has nothing to go back to', () => {
  expect(numberToGoBackTo(rows('new'), { from: 'new', to: 'old' }).kind).toBe('unknown')
})
