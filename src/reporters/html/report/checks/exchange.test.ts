import { expect, test } from 'vitest'
import type { Evidence } from '../../../../records/index.ts'
import { textOf } from '../../kit/index.ts'
import { exchangeMarkup } from './exchange.ts'

const shownOf = (
  evidence: Partial<Evidence>,
  bodyBytes = 20,
  body = 'data: {"text":"Hel"}',
  reason = 'it broke off',
) =>
  textOf(
    exchangeMarkup({
      evidence: {
        request: { method: 'POST', url: 'http://127.0.0.1:9/v1/completions', headers: { accept: '*/*' } },
        response: { status: 200, headers: {}, body, bodyBytes, hops: 0 },
        timing: { sentAtMs: 0, e2eMs: 12, chunkAtMs: [], reads: 1 },
        ...{ outcome: 'truncated-stream: the stream ended without [DONE]', curl: 'curl -N x' },
        ...evidence,
      },
      ...{ checkId: 'streaming.answers', number: 1, reasons: [reason] },
    }),
  )

test('a stream without its end marker is marked where it ends, unless its end was not kept', () => {
  expect(shownOf({})).toContain('the stream ends here')
  expect(shownOf({}, 28, 'data: 1 …[14 characters cut]… data: 2')).toContain('the stream ends here')
  expect(shownOf({}, 9_000)).not.toContain('ends here')
  expect(shownOf({}, 9_000)).toContain('The body has 9,000 bytes; the journal keeps this much of it.')
  expect(shownOf({ outcome: 'completed: finish "stop"' })).not.toContain('ends here')
})

test('a request that got no answer says so', () => {
  const refused = {
    outcome: 'connect: connection refused',
    response: undefined,
  } as unknown as Partial<Evidence>
  expect(shownOf(refused)).toContain('No answer was received.')
})

test('a curl is copied as it is or not at all', () => {
  expect(shownOf({})).toContain('data-copy="curl-streaming.answers-1"')
  for (const curl of [
    '# no curl: the body has 4000000 characters',
    'curl "a\u202eb"',
    `curl ${'x'.repeat(20_000)}`,
  ])
    expect(shownOf({ curl })).not.toContain('data-copy')
})

test('a header whose value the reason tells is marked and in sight', () => {
  const response = {
    status: 400,
    headers: { 'content-type': 'text/html', 'content-length': '12' },
    ...{ body: '{}', bodyBytes: 2, hops: 0 },
  }
  const text = shownOf({ response }, 2, '{}', 'JSON that is called text/html, 12 times')
  expect(text.match(/<mark>[^<]*/g)).toEqual(['<mark>content-type: text/html'])
  expect(text).toContain('<details class="headers" open>')
})
