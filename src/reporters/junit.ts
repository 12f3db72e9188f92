import type { Check, Comparison } from '../records/index.ts'
import type { Reporter } from './reporter.ts'
import { shortBody } from './safe-text.ts'

type Case = {
  readonly suite: string
  readonly id: string
  readonly outcome: Check['outcome']
  readonly reason: string
  readonly durationMs: number
  readonly detail: string
}

export const junitReporter: Reporter = {
  name: 'junit',
  says: 'junit.xml, for CI servers: not applicable is skipped, inconclusive is an error',
  file: 'junit.xml',
  render({ verdict }) {
    const cases = [...verdict.checks.map(caseOfCheck), ...verdict.comparisons.map(caseOfComparison)]
    const suites = [...Map.groupBy(cases, ({ suite }) => suite)].map(([name, members]) =>
      renderSuite(name, members, verdict.startedAt),
    )
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="infergate ${attribute(verdict.runId)}" ${counts(cases)}>`,
      ...suites,
      '</testsuites>',
      '',
    ].join('\n')
  },
}

const caseOfCheck = (check: Check): Case => ({
  suite: check.suite,
  id: check.id,
  // A CI server that goes by this file must not stop what the verdict lets pass.
  outcome: check.waived === undefined ? check.outcome : 'not-applicable',
  reason: [check.waived, check.reason].filter(Boolean).join('; '),
  durationMs: check.durationMs,
  detail: (check.evidence ?? [])
    .slice(0, 1)
    .map(
      ({ outcome, curl, response }) =>
        `${outcome}\n${curl}\n${response?.status ?? ''}\n${shortBody(response?.body ?? '')}`,
    )
    .join(''),
})

const caseOfComparison = ({ id, outcome, reason }: Comparison): Case => ({
  suite: 'budgets',
  id,
  outcome,
  reason,
  durationMs: 0,
  detail: '',
})

const renderSuite = (name: string, cases: readonly Case[], startedAt: string): string =>
  [
    `  <testsuite name="${attribute(name)}" timestamp="${attribute(startedAt)}" ${counts(cases)}>`,
    ...cases.map(renderCase),
    '  </testsuite>',
  ].join('\n')

function counts(cases: readonly Case[]): string {
  const having = (wanted: Check['outcome']): number =>
    cases.filter(({ outcome }) => outcome === wanted).length
  const total = cases.reduce((sum, { durationMs }) => sum + durationMs, 0)
  return `tests="${cases.length}" failures="${having('failed')}" errors="${having('inconclusive')}" skipped="${having('not-applicable')}" time="${seconds(total)}"`
}

const ELEMENT = { failed: 'failure', inconclusive: 'error', 'not-applicable': 'skipped' } as const

function renderCase({ suite, id, outcome, reason, durationMs, detail }: Case): string {
  const head = `    <testcase classname="${attribute(suite)}" name="${attribute(id)}" time="${seconds(durationMs)}"`
  if (outcome === 'passed') return `${head}/>`
  const element = ELEMENT[outcome]
  const body = outcome === 'not-applicable' ? '' : content(detail === '' ? reason : `${reason}\n${detail}`)
  return `${head}>\n      <${element} message="${attribute(reason)}">${body}</${element}>\n    </testcase>`
}

/** JUnit counts in seconds. */
const seconds = (ms: number): string => (ms / 1000).toFixed(3)

/** What XML 1.0 cannot hold in any spelling: most control characters and the two non-characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const content = (text: string): string =>
  text
    .toWellFormed()
    .replace(NOT_XML, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')

/** A parser turns plain line ends and tabs of an attribute into spaces, so they are written as references. */
const attribute = (text: string): string =>
  content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
