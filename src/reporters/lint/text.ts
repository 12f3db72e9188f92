import stringWidth from 'string-width'
import type { LintFinding, LintReport, LintRuleText, LintUnreadable } from '../../records/index.ts'
import { oneLine, visible } from '../safe-text.ts'

/** As much of a line as is shown, and how much of it stands before the mark. */
const [WIDEST, BEFORE] = [160, 60]

/** What people read; why and fix stand below the first finding of each rule. */
export function lintAsText({ findings, unreadable, rules }: LintReport): string {
  const said = new Set<string>()
  const blocks = findings.map((finding) => {
    const rule = said.has(finding.rule) ? undefined : rules.find(({ id }) => id === finding.rule)
    said.add(finding.rule)
    return findingAsText(finding, rule)
  })
  return [...unreadable.map(unreadableAsText), ...blocks].join('\n')
}

function findingAsText(finding: LintFinding, rule: LintRuleText | undefined): string {
  const { file, place, severity, message } = finding
  const at = `${oneLine(file)}:${place.line}:${place.column}`
  const number = String(place.line).padStart(5)
  const { line, before, mark } = markedLine(finding)
  return [
    `${at}: ${severity} ${finding.rule}: ${oneLine(message)}`,
    `${number} | ${line}`,
    `      | ${' '.repeat(before)}${'^'.repeat(mark)}`,
    ...(rule ? [`        why: ${rule.why}`, `        fix: ${rule.fix}`] : []),
    '',
  ].join('\n')
}

/** The line with what a terminal would obey made visible, and where the mark below it goes. */
function markedLine({ sourceLine, mark }: LintFinding) {
  const characters = [...sourceLine.replaceAll('\t', ' ')]
  const start = characters.length > WIDEST ? Math.max(0, mark.column - 1 - BEFORE) : 0
  const end = start + WIDEST
  const part = (from: number, to: number): string => visible(characters.slice(from, to).join(''))
  const [left, right] = [start > 0 ? '…' : '', end < characters.length ? '…' : '']
  const until = Math.min(end, mark.column - 1 + mark.length)
  return {
    line: `${left}${part(start, end)}${right}`,
    before: stringWidth(`${left}${part(start, mark.column - 1)}`),
    mark: Math.max(1, stringWidth(part(mark.column - 1, until))),
  }
}

export function unreadableAsText({ file, line, column, reason }: LintUnreadable): string {
  const at = line === undefined ? '' : `:${line}:${column ?? 1}`
  return `${oneLine(file)}${at}: ${oneLine(reason)}\n`
}

/** The rules as a list. */
export const rulesAsText = (rules: readonly LintRuleText[]): string =>
  rules
    .map(
      ({ id, severity, says, why, fix }) => `${id} (${severity})\n  ${says}\n  why: ${why}\n  fix: ${fix}\n`,
    )
    .join('\n')
