import { expect, test } from 'vitest'
import type { Exchange, Generation, GenerationRequest } from '../records/index.ts'
import { causeOf, inCommon, symptomOf, traitsOf } from './cause.ts'
import type { Recorded } from './evidence.ts'

const asIs = (text: string) => text
const REQUEST: GenerationRequest = { prompt: 'x', maxTokens: 2 }
const CONSTRAINED: GenerationRequest = { ...REQUEST, constraint: { kind: 'json-object' } }
const exchange = (body = '{"prompt":"x"}'): Exchange => ({
  sent: { method: 'POST', url: 'http://127.0.0.1:9/v1', headers: {}, body },
  timing: { sentAtMs: 0, e2eMs: 1, chunkAtMs: [], reads: 1 },
})
const failedWith = (status: number, message: string, body?: string): Generation => ({
  ...exchange(body),
  ...{ outcome: 'failed', failure: 'http-status', status, message },
})
const recorded = (answer: Generation, asked = REQUEST): Recorded => {
  const symptom = symptomOf(answer, traitsOf(asked), asIs)
  return {
    ...{ exchange: answer, generates: true, outcome: '' },
    ...(answer.outcome === 'failed' && { failure: answer.failure }),
    ...(symptom && { symptom }),
  }
}
const causeWith = (status: number, message: string, asked = REQUEST) => {
  const answer = failedWith(status, message)
  return causeOf([recorded(answer, asked)], { reason: 'a generation failed: http-status', shown: [answer] })
}

test('failures that differ in ids and numbers have one cause; those of another status or other words have another', () => {
  const first = causeWith(404, 'no such route, request 8f3a01, 12 ms')
  expect(first).toEqual({ cause: 'http-status (HTTP 404): "no such route, request #, # ms"', causeIn: [] })
  expect(causeWith(404, 'no such route, request 77aa02, 9 ms')).toEqual(first)
  expect(causeWith(500, 'no such route, request 8f3a01, 12 ms')).not.toEqual(first)
  expect(causeWith(404, 'no such model, request 8f3a01, 12 ms')).not.toEqual(first)
})

test('what a service quotes of the request is no part of the cause', () => {
  const of = (schema: string, kind: string) =>
    inCommon(
      `http-status (HTTP 500): "cannot compile ${schema}: '${kind}' is unknown"`,
      `{"schema":${schema},"kind":"${kind}"}`,
    )
  expect(of('{"type":"strnig","a":1}', 'regex')).toBe(of('{"properties":["a","b"]}', 'json'))
  expect(inCommon('http-status (HTTP 500): "out of memory"', '{"prompt":"x"}')).toContain('out of memory')
})

test('a cause says what the request was that failed so', () => {
  expect(causeWith(500, 'no', { ...CONSTRAINED, route: 'chat', stream: true }).causeIn).toEqual([
    ...['chat', 'constrained', 'streamed'],
  ])
  expect(traitsOf('health')).toEqual(['health'])
  expect(traitsOf({ ...REQUEST, wire: { n: 3 } })).toEqual(['hand-made'])
})

test('a finding about something else than a failure names no cause', () => {
  const answer = failedWith(400, 'bad')
  const items = [recorded(answer)]
  expect(causeOf(items, { reason: 'the envelope has no type', shown: [answer] })).toEqual({})
  expect(causeOf(items, { reason: 'failed: http-status', shown: [] })).toEqual({})
})

test('a constrained answer that runs on in white space is the cause, whatever the check says of it; a free text is not', () => {
  const answer: Generation = {
    ...exchange(),
    ...{ outcome: 'completed', text: `{"a":${' \n'.repeat(40)}`, finishReason: 'length', reported: {} },
  }
  const blaming = { reason: 'it was cut', shown: [answer] }
  expect(causeOf([recorded(answer, CONSTRAINED)], blaming)).toEqual({
    cause: 'a constrained answer runs on in white space to its token limit',
  })
  expect(causeOf([recorded(answer)], blaming)).toEqual({})
})

test('answers that are empty because all stands in the reasoning have one cause, whatever was asked of them', () => {
  const thought: Generation = {
    ...{
      ...exchange(),
      outcome: 'completed',
      text: '',
      reasoning: 'Well.',
      finishReason: 'stop',
      reported: {},
    },
  }
  const cause = 'an answer holds no content: all of it stands in the reasoning'
  for (const asked of [REQUEST, CONSTRAINED])
    expect(causeOf([recorded(thought, asked)], { reason: 'it had to be 7', shown: [thought] })).toEqual({
      cause,
    })
  const said = { ...thought, text: '8' }
  expect(causeOf([recorded(said)], { reason: 'it had to be 7', shown: [said] })).toEqual({})
})
