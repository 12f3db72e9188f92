import type { Check } from '../records/index.ts'
import type { Reporter } from './reporter.ts'
import { visible } from './safe-text.ts'
import { countOutcome, type TestCase, testCases, testProperties } from './test-cases.ts'

/** The version of the format's schema that a test holds this against. */
const SPEC_VERSION = '0.0.0'

/** CTRF knows no error: what is inconclusive is `other`, with its own word as `rawStatus`. */
const STATUS = {
  passed: 'passed',
  failed: 'failed',
  inconclusive: 'other',
  'not-applicable': 'skipped',
} as const satisfies Record<Check['outcome'], string>

/** Common Test Report Format (ctrf.io): what its reporters for GitHub, Slack and others read. */
export const ctrfReporter: Reporter = {
  name: 'ctrf',
  says: 'ctrf.json, the Common Test Report Format: not applicable is skipped, inconclusive is other',
  file: 'ctrf.json',
  render(report) {
    const { verdict } = report
    const cases = testCases(report).map(withoutDoubt)
    const start = Date.parse(verdict.startedAt)
    const value = {
      reportFormat: 'CTRF',
      specVersion: SPEC_VERSION,
      runId: verdict.runId,
      generatedBy: `infergate ${verdict.toolVersion}`,
      results: {
        tool: { name: 'infergate', version: verdict.toolVersion },
        summary: {
          tests: cases.length,
          passed: countOutcome(cases, 'passed'),
          failed: countOutcome(cases, 'failed'),
          skipped: countOutcome(cases, 'not-applicable'),
          pending: 0,
          other: countOutcome(cases, 'inconclusive'),
          suites: new Set(cases.map(({ suite }) => suite)).size,
          start,
          stop: start + Math.round(verdict.durationMs),
          duration: Math.round(verdict.durationMs),
        },
        tests: cases.map(renderTest),
        extra: Object.fromEntries(testProperties(report)),
      },
    }
    return `${JSON.stringify(value, undefined, 2)}\n`
  },
}

/** Most readers stop for `failed` alone, and no verdict but PASS lets a deploy go on. */
const withoutDoubt = (one: TestCase): TestCase =>
  one.suite === 'verdict' && one.outcome === 'inconclusive' ? { ...one, outcome: 'failed' } : one

const renderTest = ({ suite, id, outcome, reason, durationMs, detail, evidence }: TestCase) => ({
  testId: id,
  name: id,
  status: STATUS[outcome],
  rawStatus: outcome,
  duration: Math.round(durationMs),
  suite: [suite],
  ...(reason !== '' && { message: visible(reason) }),
  ...(detail !== '' && { trace: visible(detail) }),
  ...(evidence !== undefined && { extra: { evidence } }),
})
