import { causes } from './findings.ts'
import { coldWarmTable, loadTable } from './load-table.ts'
import { renderVersus } from './markdown.ts'
import { code, escapeText, fence, table } from './markdown-syntax.ts'
import type { Report, Reporter } from './reporter.ts'
import { leadingWord, verdictLine } from './verdict-line.ts'

/** A reviewer reads a comment beside the change: the worst few, the rest is in the report. */
const FINDINGS = 5

/** GitHub shows these as boxes of a colour of their own. */
const BOX = { PASS: 'TIP', FAIL: 'CAUTION', INCONCLUSIVE: 'WARNING', INTERRUPTED: 'WARNING' } as const

/** What the action writes beneath a pull request: far below the 65,536 characters that GitHub takes. */
export const githubCommentReporter: Reporter = {
  name: 'github-comment',
  says: 'github-comment.md, the text beneath a pull request: verdict, five worst findings, cold and warm',
  file: 'github-comment.md',
  render({ run, verdict }) {
    const word = leadingWord(verdict)
    const [line = '', ...command] = [escapeText(verdictLine(verdict, run), 1_500), ...settles(verdict)]
    const load = loadTable(verdict)
    return `${[
      `### infergate: ${word}`,
      `> [!${BOX[word]}]\n> ${line}`,
      ...command,
      ...renderFindings(verdict),
      ...tableOf(coldWarmTable(verdict)),
      ...(load ? ['**Under load**', ...tableOf(load)] : []),
      ...renderVersus(verdict),
    ].join('\n\n')}\n`
  },
}

const settles = ({ settledBy }: Report['verdict']): readonly string[] =>
  settledBy === undefined ? [] : [`To settle it:\n\n${fence(settledBy.slice(0, 1_000), 'sh')}`]

function renderFindings(verdict: Report['verdict']): readonly string[] {
  const found = causes(verdict)
  if (found.length === 0) return []
  const rows = found
    .slice(0, FINDINGS)
    .map((cause) => [
      `${code(cause.id)}${cause.others.length === 0 ? '' : ` and ${cause.others.length} more`}`,
      `${cause.outcome}${cause.required ? '' : ' (advisory)'}`,
      escapeText(cause.reason, 200),
    ])
  const more = found.length - FINDINGS
  return [
    table(['check', 'outcome', 'reason'], rows),
    ...(more > 0 ? [`And ${more} more in the report.`] : []),
  ]
}

const tableOf = (one: ReturnType<typeof coldWarmTable>): readonly string[] =>
  one
    ? [
        table(
          one.head,
          one.rows.map((row) => row.map((cell) => escapeText(cell))),
        ),
      ]
    : []
