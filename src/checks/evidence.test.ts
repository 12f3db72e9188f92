import { expect, test } from 'vitest'
import type { Exchange, FailureKind } from '../records/index.ts'
import { causeOf, type Recorded, selectEvidence } from './evidence.ts'

const exchange = (body: string, sent: Partial<Exchange['sent']> = {}): Exchange => ({
  sent: { method: 'POST', url: 'http://127.0.0.1:9/v1', headers: {}, body, ...sent },
  timing: { sentAtMs: 0, e2eMs: 1, chunkAtMs: [], reads: 1 },
})
const recorded = (one: Exchange, failed?: readonly [FailureKind, string]): Recorded => ({
  exchange: one,
  generates: true,
  outcome: failed ? `${failed[0]}: ${failed[1]}` : 'completed',
  ...(failed && { failure: failed[0] }),
})

test('what the check blamed stands first, then what failed, then the latest, each in order of sending', () => {
  const all = Array.from({ length: 9 }, (_, i) => exchange(`${i}`))
  const items = all.map((one, i) => recorded(one, i === 2 ? ['timeout', 'after 30 s'] : undefined))
  const shown = all.filter((_, i) => i === 4 || i === 3)
  const bodies = selectEvidence(items, shown).map(({ request }) => request.body)
  expect(bodies).toEqual(['3', '4', '2', '6', '7', '8'])
})

test('checks that one failure of the service broke name one cause, whatever ids it holds', () => {
  const one = exchange('a')
  const causeWith = (message: string, reason = 'failed: http-status') =>
    causeOf([recorded(exchange('b')), recorded(one, ['http-status', message])], { reason, shown: [one] })
  expect(causeWith('status 404: no such route, request 8f3a01')).toBe(
    'http-status: status 404: no such route, request #',
  )
  expect(causeWith('status 404: no such route, request 77aa02')).toBe(
    causeWith('status 404: no such route, request 8f3a01'),
  )
  expect(causeWith('status 500: no such route, request 8f3a01')).not.toBe(
    causeWith('status 404: no such route, request 8f3a01'),
  )
})

test('a finding about something else than that failure names no cause', () => {
  const one = exchange('a')
  const items = [recorded(one, ['http-status', 'status 400'])]
  expect(causeOf(items, { reason: 'the envelope has no type', shown: [one] })).toBeUndefined()
  expect(causeOf(items, { reason: 'failed: http-status', shown: [] })).toBeUndefined()
})

test('a curl is kept whole, or not at all where its body is not', () => {
  const long = 'word '.repeat(10_000)
  const curlOf = (one: Exchange) => selectEvidence([recorded(one)], [])[0]?.curl
  expect(curlOf(exchange(long))).toContain(long)
  expect(curlOf(exchange(long, { bodyCharacters: 4_000_000 }))).toMatch(
    /^# no curl: the body has 4000000 characters/,
  )
})
