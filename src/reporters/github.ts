import { appendFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { countOf } from './figures.ts'
import { causes, nameOf } from './findings.ts'
import { renderMeasurements, renderReasons, renderVersus } from './markdown.ts'
import { code, escapeText, table } from './markdown-syntax.ts'
import type { Report, Reporter } from './reporter.ts'
import { leadingWord, verdictLine } from './verdict-line.ts'
import { annotation } from './workflow-command.ts'

/** GitHub shows ten annotations of a step and drops the rest. */
const ANNOTATIONS = 10
/** A step summary above 1 MiB is refused whole, so the table of findings is bounded well below it. */
const FINDINGS = 100

export const githubReporter: Reporter = {
  name: 'github',
  says: 'summary of the job ($GITHUB_STEP_SUMMARY), outputs of the step, and at most ten annotations; on by itself in GitHub Actions',
  file: 'github-summary.md',
  render({ run, verdict, file }) {
    const found = causes(verdict)
    const rows = found
      .slice(0, FINDINGS)
      .map((cause) => [
        [cause.id, ...cause.others].map((id) => code(id)).join(', '),
        `${cause.outcome}${cause.required ? '' : ' (advisory)'}`,
        escapeText(cause.reason, 200),
      ])
    const more = found.length > FINDINGS ? [`And ${found.length - FINDINGS} more in report.md.`] : []
    return `${[
      `## infergate: ${leadingWord(verdict)}`,
      escapeText(verdictLine(verdict, run, file), 2_000),
      ...renderReasons({ ...verdict, reasons: verdict.reasons.slice(0, FINDINGS) }),
      ...(rows.length === 0 ? [] : [table(['check', 'outcome', 'reason'], rows)]),
      ...more,
      ...renderVersus(verdict),
      ...renderMeasurements(verdict),
    ].join('\n\n')}\n`
  },
}

/** Workflow commands, worst first; none for a PASS without findings. They go to stderr: stdout may hold JSON. */
export function renderAnnotations({ run, verdict, file }: Report): readonly string[] {
  const findings = causes(verdict).map((cause) => {
    const { outcome, required, reason } = cause
    const level = outcome === 'failed' && required ? 'error' : 'warning'
    return annotation(level, `${nameOf(cause)} ${outcome}`, reason)
  })
  const headline =
    verdict.verdict === 'PASS'
      ? []
      : [annotation('error', `infergate: ${leadingWord(verdict)}`, verdictLine(verdict, run, file))]
  const all = [...headline, ...findings]
  if (all.length <= ANNOTATIONS) return all
  const rest = countOf(all.length - ANNOTATIONS + 1, 'more finding')
  return [
    ...all.slice(0, ANNOTATIONS - 1),
    annotation('warning', 'infergate', `${rest} in report.md of this run.`),
  ]
}

/** Outputs of the step: `verdict`, `exit-code`, `report` (the folder of the run, its whole path: the next step may stand elsewhere). */
export function renderOutputs({ verdict, file }: Report, cwd: string): string {
  const outputs = {
    verdict: leadingWord(verdict),
    'exit-code': String(verdict.exitCode),
    ...(file !== undefined && { report: dirname(resolve(cwd, file)) }),
  }
  // A line end would begin another output.
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value.replace(/[\r\n]/g, '')}\n`)
    .join('')
}

/** Adds to a file of the runner. One that cannot be written must not change the verdict: false says so. */
export function appendToRunnerFile(file: string, text: string): boolean {
  try {
    appendFileSync(file, text)
    return true
  } catch {
    return false
  }
}
