import type { Reporter } from './reporter.ts'
import { countOutcome, type TestCase, testCases, testProperties } from './test-cases.ts'
import { xmlAttribute as attribute, xmlContent as content } from './xml-text.ts'

/** Held against the schema that Jenkins reads (fixtures/schemas/junit.xsd): GitLab and the GitHub viewers take less. */
export const junitReporter: Reporter = {
  name: 'junit',
  says: 'junit.xml, for CI servers: not applicable is skipped, inconclusive is an error',
  file: 'junit.xml',
  render(report) {
    const { runId, startedAt } = report.verdict
    const cases = testCases(report)
    const properties = testProperties(report)
    const suites = [...Map.groupBy(cases, ({ suite }) => suite)].map(([name, members]) =>
      renderSuite(name, members, startedAt, properties),
    )
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="infergate ${attribute(runId)}" ${counts(cases)}>`,
      ...suites,
      '</testsuites>',
      '',
    ].join('\n')
  },
}

const renderSuite = (
  name: string,
  cases: readonly TestCase[],
  startedAt: string,
  properties: readonly (readonly [string, string])[],
): string =>
  [
    `  <testsuite name="${attribute(name)}" timestamp="${attribute(startedAt)}" ${counts(cases)} skipped="${countOutcome(cases, 'not-applicable')}">`,
    '    <properties>',
    ...properties.map(
      ([key, value]) => `      <property name="${attribute(key)}" value="${attribute(value)}"/>`,
    ),
    '    </properties>',
    ...cases.map(renderCase),
    '  </testsuite>',
  ].join('\n')

function counts(cases: readonly TestCase[]): string {
  const total = cases.reduce((sum, { durationMs }) => sum + durationMs, 0)
  return `tests="${cases.length}" failures="${countOutcome(cases, 'failed')}" errors="${countOutcome(cases, 'inconclusive')}" time="${seconds(total)}"`
}

/** `type` is what Jenkins shows in front of the message. */
const ELEMENT = {
  failed: { name: 'failure', type: 'broken' },
  inconclusive: { name: 'error', type: 'inconclusive' },
  'not-applicable': { name: 'skipped', type: 'not-applicable' },
} as const

function renderCase({ suite, id, outcome, reason, durationMs, detail, evidence }: TestCase): string {
  // Jenkins takes what stands before the last dot for a package: all suites of a run then lie in one.
  const head = `    <testcase classname="${attribute(`infergate.${suite}`)}" name="${attribute(id)}" time="${seconds(durationMs)}"`
  if (outcome === 'passed') return `${head}/>`
  const { name, type } = ELEMENT[outcome]
  const body = outcome === 'not-applicable' ? '' : content(detail === '' ? reason : `${reason}\n${detail}`)
  return [
    `${head}>`,
    `      <${name} type="${type}" message="${attribute(reason)}">${body}</${name}>`,
    ...(evidence === undefined ? [] : [`      <system-out>${content(`Evidence: ${evidence}`)}</system-out>`]),
    '    </testcase>',
  ].join('\n')
}

/** JUnit counts in seconds. */
const seconds = (ms: number): string => (ms / 1000).toFixed(3)
