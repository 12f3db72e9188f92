import { expect, test } from 'vitest'
import type { Check, Evidence, Verdict } from '../../../../records/index.ts'
import { textOf } from '../../kit/index.ts'
import { checkAddress } from '../linked.ts'
import { evidenceWithin } from './evidence-budget.ts'
import { findings } from './findings.ts'
import { timeline } from './timeline.ts'

const evidence = (body: string, chunkAtMs: readonly number[] = []): Evidence => ({
  request: { method: 'POST', url: 'http://127.0.0.1:9/v1/completions', headers: {} },
  response: { status: 200, headers: {}, body, bodyBytes: body.length, hops: 0 },
  timing: {
    sentAtMs: 0,
    e2eMs: 100,
    chunkAtMs,
    reads: 1,
    ...(chunkAtMs[0] !== undefined && { ttftMs: chunkAtMs[0] }),
  },
  ...{ outcome: 'completed: finish "stop"', curl: 'curl http://127.0.0.1:9' },
})
const check = (id: string, exchanges: readonly Evidence[]): Check => ({
  ...{ id, suite: 'health', says: 'it holds', outcome: 'failed', reason: 'it did not', required: true },
  ...{ durationMs: 1, evidence: exchanges },
})

test('evidence of any size leaves a page below its limit, and each check keeps its first exchange before any its second', () => {
  const body = 'x'.repeat(6_000)
  const checks = Array.from({ length: 60 }, (_, at) =>
    check(
      `health.n${at}`,
      Array.from({ length: 6 }, () => evidence(body)),
    ),
  )
  const shown = evidenceWithin(checks, 600_000)
  const counts = checks.map(({ id }) => shown.get(id)?.length ?? 0)
  const bytes = [...shown.values()].flat().reduce((sum, one) => sum + textOf(one).length, 0)
  expect(bytes).toBeLessThan(600_000)
  expect(bytes).toBeGreaterThan(550_000)
  expect(counts[0]).toBeLessThan(6)
  expect(Math.max(...counts) - Math.min(...counts)).toBe(1)
})

test('a stream that was held back shows all its chunks at its end', () => {
  const text = textOf(timeline(evidence('data: x', [98, 99, 99]), 'exchange 1'))
  expect(text).toContain('3 chunks within 1 ms, 1 % of the whole time')
  expect(text).toContain('the first at 98 % of it')
  expect(text).toContain('d="M980.0 8V34M990.0 8V34M990.0 8V34"')
})

test('an answer that is no stream has its times and no line of chunks', () => {
  const text = textOf(timeline(evidence('{}'), 'exchange 1'))
  expect(text).toContain('complete after 100 ms')
  expect(text).not.toContain('<svg')
})

test('one cause of many checks is one finding that links to each of them', () => {
  const checks = Array.from({ length: 9 }, (_, at) => `health.n${at}`) as [string, ...string[]]
  const verdict = {
    findings: [{ outcome: 'failed', required: true, reason: 'a request fails', checks }],
    ...{ exitCode: 10, verdict: 'FAIL' },
  } as unknown as Verdict
  const text = textOf(findings(verdict))
  expect(text).toContain('One cause, 9 checks')
  expect(text.match(/<li/g)).toHaveLength(1)
  expect([...text.matchAll(/href="([^"]+)"/g)].map((match) => match[1]?.replaceAll('&amp;', '&'))).toEqual(
    checks.map(checkAddress),
  )
})
