import { expect, test } from 'vitest'
import type { Evidence } from '../../../../records/index.ts'
import { locate } from './locate.ts'

const evidence = (body: string, outcome = 'completed: finish "stop"'): Evidence => ({
  request: { method: 'POST', url: 'http://127.0.0.1:9/v1/completions', headers: {} },
  response: { status: 200, headers: {}, body, bodyBytes: body.length, hops: 0 },
  timing: { sentAtMs: 0, e2eMs: 1, chunkAtMs: [], reads: 1 },
  ...{ outcome, curl: 'curl' },
})
const marked = (body: string, reason: string, outcome?: string) =>
  locate(evidence(body, outcome), [reason]).map(({ start, end }) => body.slice(start, end))

test('an error under HTTP 200 is marked by its finish reason and by what the service says of it', () => {
  const body = `{"text": "", "finish_reason": "error", "metadata": {"error": "'AnankeLLM' object has no attribute 'llm'"}, "type": "error"}`
  expect(
    marked(
      body,
      'service-error (HTTP 200): "finish reason \\"error\\""',
      'service-error: finish reason "error"',
    ),
  ).toEqual(['"error"'])
  expect(
    marked(body, 'a generation failed', `service-error: 'AnankeLLM' object has no attribute 'llm'`),
  ).toEqual([`'AnankeLLM' object has no attribute 'llm'`])
})

test('what a service says with its status is marked without the status', () => {
  const body = '{"error":{"message":"Internal Server Error","code":500}}'
  expect(marked(body, 'a request failed: http-status (HTTP 500): "HTTP 500: Internal Server Error"')).toEqual(
    ['Internal Server Error'],
  )
})

test('where a body ends to be JSON is marked, in the body or in a text that it holds', () => {
  expect(marked('{"n": NaN}', 'x', 'malformed-body: no JSON value at character 6: "NaN}"')).toEqual(['NaN}'])
  const body = JSON.stringify({ text: '{"a": oops}' })
  expect(marked(body, 'no JSON value at character 6: "oops}"')).toEqual(['oops}'])
  expect(marked(body, 'no JSON value at character 7: "oops}"')).toEqual([])
  const stream = 'data: {"a":"oops"}\n\ndata: oops\n\n'
  const said = 'malformed-stream: event 2: no JSON value at character 0: "oops"'
  expect(locate(evidence(stream, said), ['x']).map(({ start }) => start)).toEqual([
    stream.lastIndexOf('oops'),
  ])
})

test('the value that breaks a schema is marked inside the escaped text, and not the value of a good answer beside it', () => {
  const reason = 'the answer did not hold: /city/0 must be string; the text is "{\\"city\\":[31]}"'
  expect(marked(JSON.stringify({ text: '{"city":[31]}' }), reason)).toEqual(['31'])
  expect(marked(JSON.stringify({ text: '{"city":["Oslo"]}' }), reason)).toEqual([])
})

test('a text that a stream sends in pieces is marked in each of them', () => {
  const body = ['He', 'llo<|im', '_end|>'].map((text) => `data: ${JSON.stringify({ text })}\n\n`).join('')
  expect(marked(body, 'the text holds "<|im_end|>", a marker of the tokenizer')).toEqual(['<|im', '_end|>'])
})

test('a count of tokens is marked in the usage, and the same number elsewhere is not', () => {
  const body = '{"index":0,"usage":{"prompt_tokens":4,"completion_tokens":0}}'
  expect(marked(body, 'a text of 96 characters counts 0 tokens')).toEqual(['0'])
  expect(locate(evidence(body), ['a text counts 0 tokens'])[0]?.start).toBe(body.lastIndexOf('0'))
})

test('half of a surrogate pair is marked, a whole pair is not', () => {
  const body = '{"a":"\\ud83c\\udf0d","b":"\\ud83c"}'
  expect(marked(body, 'one surrogate of it stands alone')).toEqual(['\\ud83c'])
})

test('where a reason names nothing that the answer holds, nothing is marked', () => {
  expect(marked('{"text":"hello"}', 'it took 3 s, where 1 s is allowed; "goodbye" was expected')).toEqual([])
  expect(locate(evidence('{"text":"hello"}'), [])).toEqual([])
})
