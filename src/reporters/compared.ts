import type { Compared, ComparedRun } from '../records/index.ts'
import { momentOf } from './figures.ts'
import { alignTable } from './load-table.ts'
import { escapeText, table } from './markdown-syntax.ts'
import { oneLine } from './safe-text.ts'
import { versusRemarks, versusTable } from './versus-table.ts'

const MEANING = {
  PASS: 'the second run is no slower than the first by more than its margins',
  FAIL: 'the second run is worse than the first',
  INCONCLUSIVE: 'not enough evidence to say which',
} as const

/** `infergate compare` for a terminal: the two runs, the table, what limits it, the verdict with its first reason. */
export function comparedText(compared: Compared): string {
  const { baseline, candidate, versus } = compared
  const rows = versusTable({ versus })
  return [
    `baseline   ${describeRun(baseline)}`,
    `candidate  ${describeRun(candidate)}`,
    ...(rows ? alignTable(rows) : []),
    ...versusRemarks(versus).map((remark) => oneLine(remark, 2_000)),
    comparedLine(compared),
    '',
  ].join('\n')
}

/** The same as a page. */
export function comparedMarkdown(compared: Compared): string {
  const { baseline, candidate, versus, verdict, reasons } = compared
  const rows = versusTable({ versus })
  const cells = rows?.rows.map((row) => row.map((cell) => escapeText(cell))) ?? []
  return `${[
    `# infergate compare: ${verdict}`,
    escapeText(comparedLine(compared), 2_000),
    `- baseline: ${escapeText(describeRun(baseline))}\n- candidate: ${escapeText(describeRun(candidate))}`,
    ...(rows ? [table(rows.head, cells)] : []),
    ...versusRemarks(versus).map((remark) => escapeText(remark, 2_000)),
    '## Reasons',
    reasons.map((reason) => `1. ${escapeText(reason)}`).join('\n'),
  ].join('\n\n')}\n`
}

export const describeRun = ({ runId, startedAt, verdict }: ComparedRun): string =>
  `${runId}, started ${momentOf(startedAt)}, by itself ${verdict}`

function comparedLine({ verdict, exitCode, reasons }: Compared): string {
  const [first, ...rest] = reasons
  const more = rest.length === 0 ? '' : ` And ${rest.length} more.`
  return `${verdict}: ${MEANING[verdict]} (exit ${exitCode}). ${oneLine(first ?? '', 1_000)}${more}`
}
