import { expect, test } from 'vitest'
import type { BugReport, Evidence } from '../records/index.ts'
import { renderBugReport } from './bug-report.ts'

const HOSTILE = 'x\n````\n# no heading\n<script>alert(1)</script> [a](http://b) \u202e\u001b[31m | `y`'
const evidence: Evidence = {
  request: { method: 'POST', url: 'http://h/v1', headers: {}, body: HOSTILE },
  response: { status: 200, headers: { server: HOSTILE }, body: HOSTILE, bodyBytes: HOSTILE.length, hops: 0 },
  timing: { sentAtMs: 0, e2eMs: 4, chunkAtMs: [], reads: 1 },
  outcome: `service-error: ${HOSTILE}`,
  curl: 'curl x',
}
const report: BugReport = {
  ...{ schemaVersion: 1, title: HOSTILE, madeAt: '2026-01-01T00:00:00.000Z', check: 'a.b', reason: HOSTILE },
  run: { id: 'r', startedAt: '2026-01-01T00:00:00.000Z', verdict: 'FAIL' },
  ...{ environment: [['model', HOSTILE]], expected: [HOSTILE], came: evidence, others: ['a.c'] },
  repeat: {
    ...{
      tried: true,
      by: 'failure',
      sign: HOSTILE,
      at: 'http://h',
      recorded: { shown: 2, of: 5 },
      requests: 9,
    },
    ...{ changes: [HOSTILE], curl: HOSTILE, came: evidence, minimal: { shown: 3, of: 5 } },
    curlRun: {
      version: 'curl 8.1',
      exitCode: 0,
      repeats: 'yes',
      tries: { shown: 1, of: 2 },
      output: HOSTILE,
    },
  },
  place: { part: 'edge', because: [HOSTILE], meanwhile: [HOSTILE], now: [HOSTILE] },
  since: { runId: 'q', rows: [{ what: 'verdict', before: HOSTILE, now: 'FAIL' }], differences: [HOSTILE] },
}

/** The lines outside of fenced blocks; a fence ends with a line of its own marks alone. */
function prose(text: string): string {
  let open = ''
  const outside: string[] = []
  for (const line of text.split('\n')) {
    const [marks = ''] = /^`{3,}/.exec(line) ?? []
    if (open === '' && marks !== '') open = marks
    else if (open !== '' && line === open) open = ''
    else if (open === '') outside.push(line)
  }
  expect(open, 'each fence is closed').toBe('')
  return outside.join('\n')
}

test('what a service says stays text: no heading, no link, no HTML, no end of a fence, no hidden sign', () => {
  const text = renderBugReport(report)
  expect(text).not.toContain('\u202e')
  expect(text).not.toContain('\u001b')
  const outside = prose(text)
  expect(outside).not.toContain('<script')
  expect(outside).not.toMatch(/(?<!\\)\]\(http/)
  expect(outside.split('\n').filter((line) => line.startsWith('#'))).toEqual([
    expect.stringMatching(/^# x/),
    ...[
      '## What was expected',
      '## What came',
      '## How to repeat it',
      '## Where it sits',
      '## What changed since',
    ],
    '## Where it was seen',
  ])
})

test('says how often, by which line, and what was seen', () => {
  const text = renderBugReport(report)
  expect(text).toContain('**It repeats: 3 of 5 tries**')
  expect(text).toContain('The line was run by curl 8.1 and repeats the failure (exit code 0, at try 2)')
  expect(text).toContain(
    'The request of the run: 2 of 5 tries; the request above: 3 of 5 tries; 9 requests in all',
  )
})

test('what was not tried is not said to repeat', () => {
  const text = renderBugReport({
    ...report,
    repeat: { tried: false, why: 'nothing listens', curl: 'curl x' },
  })
  expect(text).toContain('Not tried now: nothing listens.')
  expect(text).toContain('```sh\ncurl x\n```')
  expect(text).not.toMatch(/It repeats|does not repeat/)
})

test('what is gone says so and keeps what came in the run', () => {
  const gone = { ...report.repeat, recorded: { shown: 0, of: 5 } } as BugReport['repeat']
  const text = renderBugReport({ ...report, repeat: gone })
  expect(text).toContain('**It does not repeat now: 0 of 5 tries**')
  expect(text).toContain('HTTP 200')
})
