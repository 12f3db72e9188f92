import { expect, test } from 'vitest'
import { parseEvents } from './parse-events.ts'

test('a text becomes its events, with their names and what their data says', () => {
  const text = 'event: a.b\ndata: {"n":1}\n\n: a comment\n\ndata:{"n":\ndata: 2}\r\n\r\ndata: [DONE]\n\n'
  expect(parseEvents(text)).toEqual([
    { name: 'a.b', data: '{"n":1}', json: { n: 1 } },
    { data: '{"n":\n2}', json: { n: 2 } },
    { data: '[DONE]' },
  ])
})

test('a last event without its empty line counts, and a text without events has none', () => {
  expect(parseEvents('data: {"n":1}')).toEqual([{ data: '{"n":1}', json: { n: 1 } }])
  expect(parseEvents('{"error":{"message":"no"}}')).toEqual([])
  expect(parseEvents('')).toEqual([])
})
