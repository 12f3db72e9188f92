import type { Check, Verdict } from '../records/index.ts'
import type { Report, Reporter } from './reporter.ts'
import { oneLine } from './safe-text.ts'

type Labels = Readonly<Record<string, string>>
type Family = { readonly name: string; readonly says: string; readonly samples: readonly Sample[] }
type Sample = { readonly labels: Labels; readonly value: number }

/**
 * OpenMetrics text: what GitLab compares between a branch and its target, and what a Pushgateway takes. What was not measured is
 * absent, and never 0.
 */
export const metricsReporter: Reporter = {
  name: 'metrics',
  says: 'metrics.txt, the measurements as OpenMetrics text: for GitLab and Prometheus',
  file: 'metrics.txt',
  render: (report) => `${families(report).map(renderFamily).join('')}# EOF\n`,
}

function families({ run, verdict }: Report): readonly Family[] {
  const target = run.fingerprint?.targetName ?? verdict.target.kind
  const { checks, measurements, exitCode } = verdict
  return [
    {
      name: 'infergate_pass',
      says: '1 where the verdict is PASS',
      samples: [{ labels: { target }, value: verdict.verdict === 'PASS' && exitCode === 0 ? 1 : 0 }],
    },
    {
      name: 'infergate_exit_code',
      says: 'exit code of the run',
      samples: [{ labels: { target }, value: exitCode }],
    },
    {
      name: 'infergate_checks',
      says: 'checks by outcome',
      samples: countByOutcome(checks).map(([outcome, value]) => ({ labels: { target, outcome }, value })),
    },
    {
      name: 'infergate_measurement',
      says: 'each measurement of verdict.json in its own unit',
      samples: measurements.map(({ name, warmth, unit, value }) => ({
        labels: { target, warmth, name, unit },
        value,
      })),
    },
  ]
}

const OUTCOMES = ['passed', 'failed', 'inconclusive', 'not-applicable'] as const

/** All four, so that a count that falls to 0 is seen as such; none of a run that checked nothing. */
const countByOutcome = (checks: Verdict['checks']): readonly (readonly [Check['outcome'], number])[] =>
  checks.length === 0
    ? []
    : OUTCOMES.map((wanted) => [wanted, checks.filter(({ outcome }) => outcome === wanted).length])

function renderFamily({ name, says, samples }: Family): string {
  if (samples.length === 0) return ''
  const lines = samples.map(({ labels, value }) => `${name}{${renderLabels(labels)}} ${value}`)
  return [`# TYPE ${name} gauge`, `# HELP ${name} ${says}.`, ...lines, ''].join('\n')
}

const renderLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}="${escapeLabel(value)}"`)
    .join(',')

/** GitLab reads the line as a shell would and takes what follows a `#` for a comment. */
const escapeLabel = (value: string): string =>
  oneLine(value).replaceAll('#', '').replaceAll('\\', '\\\\').replaceAll('"', '\\"')
