import type { Verdict } from '../../records/index.ts'
import { describeAwake } from '../awake-cost.ts'
import { loadTable } from '../load-table.ts'
import { oneLine } from '../safe-text.ts'
import { searchTable } from '../search-table.ts'
import { type LeadingWord, type LineContext, leadingWord, verdictLine } from '../verdict-line.ts'
import { describeVersus, versusRemarks, versusTable } from '../versus-table.ts'
import { describeSleep } from '../wake-table.ts'
import { coldWarmLines } from './cold-warm.ts'
import { findingLines, type Place } from './finding-lines.ts'
import { softWrap, wrapTo } from './fit.ts'
import { fitTable } from './fit-table.ts'
import type { Paint, Tone } from './paint.ts'
import type { Closing } from './speaker.ts'
import { suiteLines } from './suite-lines.ts'

/** The last screen of a run, the verdict last: a line a suite, the worst findings, cold and warm, what it was held against. */
export function summary(
  { verdict, reportFile, context }: Closing,
  columns: number,
  paint: Paint,
): readonly string[] {
  const place: Place = { reportFile, columns, paint }
  const blocks = [
    suiteLines(verdict, paint),
    findingLines(verdict, place),
    coldWarmLines(verdict, context).flatMap((line) => wrapTo(line, columns, ' '.repeat(13))),
    sleepLines(context, columns),
    loadLines(verdict, columns),
    versusLines(verdict, columns),
    verdict.findings.length === 0 ? [] : [`The page of this run: ${pageOf(reportFile)}`],
    [verdictText({ verdict, reportFile, ...(context && { context }) }, columns, paint)],
  ]
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : ['', ...block]))
}

/** It lies beside the report. */
const pageOf = (reportFile: string): string => reportFile.replace(/report\.md$/, 'report.html')

const TONE = {
  PASS: 'good',
  FAIL: 'bad',
  INCONCLUSIVE: 'open',
  INTERRUPTED: 'open',
} as const satisfies Record<LeadingWord, Tone>

/** One line, however many rows it takes: what reads the last line of a run reads all of it. */
export function verdictText(
  { verdict, reportFile, context }: Closing,
  columns: number,
  paint: Paint,
): string {
  const text = softWrap(oneLine(verdictLine(verdict, context, reportFile), 4_000), columns)
  const word = leadingWord(verdict)
  return paint(['strong', TONE[word]], word) + text.slice(word.length)
}

/** What cold means where the target sleeps, and what it cost to keep it awake. */
function sleepLines(context: LineContext | undefined, columns: number): readonly string[] {
  const [says, cost] = [describeSleep(context ?? {}), describeAwake(context ?? {})]
  const notCold = (context?.wakeUps ?? []).filter(({ coldness }) => coldness.is !== 'cold')
  const lines = [
    ...(says === undefined ? [] : [says]),
    ...notCold.map(
      ({ index, coldness }) => `Cold start ${index} is not shown to be one: ${coldness.because}.`,
    ),
    ...(cost === undefined ? [] : [`Cost: ${cost}.`]),
  ]
  return lines.flatMap((line) => wrapTo(oneLine(line, 1_000), columns, '    '))
}

/** What a load measured, and the levels of a search. */
const loadLines = (verdict: Verdict, columns: number): readonly string[] =>
  [searchTable(verdict), loadTable(verdict)].flatMap((table) => (table ? fitTable(table, columns) : []))

/** What the run was held against, as a table with its remarks. */
function versusLines({ versus }: Verdict, columns: number): readonly string[] {
  const compared = versusTable({ ...(versus && { versus }) })
  if (!versus || !compared) return []
  const remarks = versusRemarks(versus).map((remark) => oneLine(remark, 1_000))
  return [
    ...wrapTo(`${oneLine(describeVersus(versus))}:`, columns, '    '),
    ...fitTable(compared, columns),
    ...remarks.flatMap((remark) => wrapTo(remark, columns, '    ')),
  ]
}
