import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html, textOf } from '../../kit/index.ts'
import { bodyMarkup } from './body.ts'

const shownOf = (body: string, marks: Parameters<typeof bodyMarkup>[1] = []) =>
  textOf(html`${bodyMarkup(body, marks)}`)

test('JSON stands on lines of its own, and a list of plain values on one', () => {
  expect(shownOf('{"a":{"ids":[1,2],"none":[],"deep":[{}]}}')).toBe(
    `{
  "a": {
    "ids": [1, 2],
    "none": [],
    "deep": [
      {}
    ]
  }
}`.replaceAll('"', '&quot;'),
  )
})

test('what came is shown as it came: a long number, a key that stands there twice, an escape', () => {
  const body = '{"n":1.0000000000000000001,"n":2,"e":"\\u0041"}'
  expect(shownOf(body).replaceAll('&quot;', '"').replace(/\s/g, '')).toBe(body)
})

test('a mark is around its bytes and nothing else, wherever they are', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.nat(30), (body, from, length) => {
      const [start, end] = [from % body.length, Math.min((from % body.length) + length, body.length)]
      const inMarks = [
        ...shownOf(body, [{ start, end, says: 'x' }]).matchAll(/<mark title="x">(.*?)<\/mark>/gs),
      ]
      const wanted = shownOf(body.slice(start, end)).replace(/\s/g, '')
      expect(
        inMarks
          .map((match) => match[1])
          .join('')
          .replace(/\s/g, ''),
      ).toBe(wanted)
    }),
    { seed: 13, numRuns: 300 },
  )
})

test('a body that is no JSON stays as it is', () => {
  expect(shownOf('data: {"a":1}\n\n', [{ start: 6, end: 13, says: 'x' }])).toBe(
    'data: <mark title="x">{&quot;a&quot;:1}</mark>\n\n',
  )
})
