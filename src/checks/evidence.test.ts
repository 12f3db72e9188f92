import { expect, test } from 'vitest'
import type { Exchange, FailureKind } from '../records/index.ts'
import { type Recorded, selectEvidence } from './evidence.ts'

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

test('a curl is kept whole, or not at all where its body is not', () => {
  const long = 'word '.repeat(10_000)
  const curlOf = (one: Exchange) => selectEvidence([recorded(one)], [])[0]?.curl
  expect(curlOf(exchange(long))).toContain(long)
  expect(curlOf(exchange(long, { bodyCharacters: 4_000_000 }))).toMatch(
    /^# no curl: the body has 4000000 characters/,
  )
})

test('what the client made of an answer is kept at both ends, as a body is', () => {
  const [kept] = selectEvidence([recorded(exchange('{}'), ['service-error', 'x'.repeat(2_000_000)])], [])
  expect(kept?.outcome).toMatch(/^service-error: x+ …\[\d+ characters cut\]… x+$/)
  expect(kept?.outcome.length).toBeLessThan(7_000)
})
