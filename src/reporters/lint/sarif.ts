import { isAbsolute, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Log, Notification, ReportingDescriptor, Result } from 'sarif'
import type { LintFinding, LintReport, LintRuleText, LintUnreadable } from '../../records/index.ts'

/** SARIF 2.1.0 (OASIS), as code hosts read it: a finding is a result, a file that cannot be read a notification of the tool. */
export function lintAsSarif(report: LintReport, toolVersion: string): string {
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'infergate', version: toolVersion, rules: report.rules.map(ruleOf) } },
        columnKind: 'unicodeCodePoints',
        invocations: [
          {
            executionSuccessful: report.unreadable.length === 0,
            toolExecutionNotifications: report.unreadable.map(notificationOf),
          },
        ],
        results: report.findings.map((finding) => resultOf(finding, report.rules)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

const ruleOf = ({ id, severity, says, why, fix }: LintRuleText): ReportingDescriptor => ({
  id,
  shortDescription: { text: says },
  fullDescription: { text: why },
  help: { text: `${why}\n\n${fix}` },
  defaultConfiguration: { level: severity },
})

const resultOf = (
  { rule, severity, file, place, message }: LintFinding,
  rules: readonly LintRuleText[],
): Result => ({
  ruleId: rule,
  ruleIndex: rules.findIndex(({ id }) => id === rule),
  level: severity,
  message: { text: message },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(file) },
        region: {
          startLine: place.line,
          startColumn: place.column,
          endLine: place.endLine,
          endColumn: place.endColumn,
        },
      },
    },
  ],
})

const notificationOf = ({ file, line, column, reason }: LintUnreadable): Notification => ({
  level: 'error',
  message: { text: `${file} ${reason}` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(file) },
        ...(line !== undefined && { region: { startLine: line, startColumn: column ?? 1 } }),
      },
    },
  ],
})

/** Relative to where the command ran, as code hosts expect it. */
const uriOf = (file: string): string =>
  isAbsolute(file) ? pathToFileURL(file).href : file.split(sep).map(encodeURIComponent).join('/')
