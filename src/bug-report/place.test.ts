import { expect, test } from 'vitest'
import type { Evidence } from '../records/index.ts'
import { placeOf } from './place.ts'
import { type Recorded, recorded } from './testing/evidence.ts'

const failed = (outcome: string, changes: Partial<Recorded> = {}): Evidence =>
  recorded({ body: {}, outcome, ...changes })
const html = (evidence: Evidence): Evidence => ({
  ...evidence,
  ...(evidence.response && {
    response: { ...evidence.response, body: '<h1>no</h1>', headers: { 'content-type': 'text/html' } },
  }),
})

test.each([
  ['network', 'nothing answers at all', failed('connect: ECONNREFUSED'), false],
  ['edge', 'a gateway answers for it', failed('http-status: HTTP 502: bad gateway', { status: 502 }), true],
  ['edge', 'a page stands where JSON is due', html(failed('malformed-body: no JSON', { status: 200 })), true],
  [
    'front function',
    'its own form says 200 and an error',
    failed('service-error: no llm', { status: 200, answer: '{}' }),
    true,
  ],
  [
    'engine',
    'its own form says 500',
    failed('http-status: HTTP 500: no', { status: 500, answer: '{}' }),
    true,
  ],
  ['engine', 'health answers, generation does not', failed('timeout: no complete answer'), true],
  ['not known', 'neither answers', failed('timeout: no complete answer'), false],
] as const)('%s: %s', (part, _, evidence, saidHealthy) => {
  const place = placeOf({ evidence, saidHealthy })
  expect(place.part).toBe(part)
  expect(place.because.join('')).not.toBe('')
})
