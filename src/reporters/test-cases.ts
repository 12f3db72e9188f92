import type { Check, Comparison, Verdict } from '../records/index.ts'
import type { Report } from './reporter.ts'
import { oneLine, shortBody } from './safe-text.ts'
import { suiteOf } from './suite-of.ts'
import { leadingWord, verdictLine } from './verdict-line.ts'

/** One line of a list of tests, as formats of CI servers know it. */
export type TestCase = {
  readonly suite: string
  readonly id: string
  readonly outcome: Check['outcome']
  readonly reason: string
  readonly durationMs: number
  /** The exchange to look at first; empty where there is none. */
  readonly detail: string
  /** Where the evidence lies; absent of what held. */
  readonly evidence?: string
}

/**
 * A run as tests. The verdict is the first of them: a run that was cut, or that lacks evidence, has no failed check, and a CI server
 * that goes by this list must not show it as green.
 */
export function testCases(report: Report): readonly TestCase[] {
  const { checks, comparisons } = report.verdict
  const all = [caseOfVerdict(report), ...checks.map(caseOfCheck), ...comparisons.map(caseOfComparison)]
  return all.map((one) => ({ ...one, ...(holds(one) ? {} : evidenceOf(one, report.file)) }))
}

/** What the run was about, a name and its value each: a list of tests shows it beside them. */
export function testProperties({ run, verdict }: Report): readonly (readonly [string, string])[] {
  const { target } = verdict
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['verdict', leadingWord(verdict)],
    ['exitCode', String(verdict.exitCode)],
    ['state', verdict.state],
    ['runId', verdict.runId],
    ['command', run.night ? 'nightly' : run.command],
    ['target', run.fingerprint?.targetName ?? target.kind],
    ['url', target.url],
    ['image', target.container?.image ?? run.fingerprint?.image],
    ['model', target.model ?? run.fingerprint?.model],
    ['seed', String(verdict.seed)],
    ['infergate', verdict.toolVersion],
  ]
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, oneLine(value)] as const]))
}

const holds = ({ outcome }: TestCase): boolean => outcome === 'passed' || outcome === 'not-applicable'

const evidenceOf = ({ id, suite }: TestCase, file: string | undefined): Pick<TestCase, 'evidence'> =>
  file === undefined ? {} : { evidence: suite === VERDICT ? file : `${file} § ${id}` }

const VERDICT = 'verdict'
const OUTCOME = { PASS: 'passed', FAIL: 'failed', INCONCLUSIVE: 'inconclusive' } as const

const caseOfVerdict = ({ run, verdict }: Report): TestCase => ({
  suite: VERDICT,
  id: 'verdict.is-pass',
  outcome: leadingWord(verdict) === 'INTERRUPTED' ? 'inconclusive' : OUTCOME[verdict.verdict],
  reason: verdictLine(verdict, run),
  durationMs: 0,
  detail: '',
})

const caseOfCheck = (check: Check): TestCase => ({
  suite: check.suite,
  id: check.id,
  ...waivable(check),
  durationMs: check.durationMs,
  detail: (check.evidence ?? [])
    .slice(0, 1)
    .map(
      ({ outcome, curl, response }) =>
        `${outcome}\n${curl}\n${response?.status ?? ''}\n${shortBody(response?.body ?? '')}`,
    )
    .join(''),
})

const caseOfComparison = (comparison: Comparison): TestCase => ({
  suite: suiteOf(comparison),
  id: comparison.id,
  ...waivable(comparison),
  durationMs: 0,
  detail: '',
})

/** A CI server that goes by this list must not stop what the verdict lets pass. */
const waivable = ({
  outcome,
  waived,
  reason,
}: Pick<Check, 'outcome' | 'waived' | 'reason'>): Pick<TestCase, 'outcome' | 'reason'> => ({
  outcome: waived === undefined ? outcome : 'not-applicable',
  reason: [waived, reason].filter(Boolean).join('; '),
})

/** How many of these ended so. */
export const countOutcome = (cases: readonly TestCase[], wanted: Verdict['checks'][number]['outcome']) =>
  cases.filter(({ outcome }) => outcome === wanted).length
