import type { Check, Verdict } from '../../records/index.ts'
import { countOf, formatDuration } from '../figures.ts'
import { isNotRun } from '../not-judged.ts'
import { oneLine } from '../safe-text.ts'
import { suiteOf } from '../suite-of.ts'
import { padTo, widthOf } from './fit.ts'
import type { Paint, Tone } from './paint.ts'

/** What a suite came to, worst first. */
type Mark = 'failed' | 'open' | 'advisory' | 'passed' | 'idle'

const MARKS = {
  failed: ['✘', 'bad'],
  open: ['?', 'open'],
  advisory: ['!', 'open'],
  passed: ['✔', 'good'],
  idle: ['–', 'quiet'],
} as const satisfies Record<Mark, readonly [string, Tone]>

/** More suites than this are too many for one screen: of those that passed, the last ones share a line. */
const MOST_LINES = 18

type Judged = Pick<Check, 'outcome' | 'reason' | 'required' | 'waived'> & { readonly durationMs?: number }
type Row = {
  readonly name: string
  readonly mark: Mark
  readonly cells: readonly string[]
  readonly remark: string
}

/** A line a suite: its mark, how many of its checks passed, how long they took, and what became of the others. */
export function suiteLines({ checks, comparisons }: Verdict, paint: Paint): readonly string[] {
  const limits = comparisons.map((one) => ({ ...one, required: true, suite: suiteOf(one) }))
  const suites = Map.groupBy<string, Judged & { readonly suite: string }>(
    [...checks, ...limits],
    (one) => one.suite,
  )
  if (suites.size === 0) return []
  const rows = [...suites].map(([name, judged]) => rowOf(name, judged))
  const { shown, folded } = foldPassed(rows)
  const widths = [0, 1, 2].map((column) =>
    Math.max(
      ...[HEAD, ...shown.map(({ name, cells }) => [name, ...cells])].map((row) => widthOf(row[column] ?? '')),
    ),
  )
  const align = (row: readonly string[]): string =>
    row.map((cell, column) => padTo(cell, widths[column] ?? 0)).join('  ')
  return [
    paint('quiet', `  ${align(HEAD)}`.trimEnd()),
    ...shown.map(({ name, mark, cells, remark }) => {
      const [sign, tone] = MARKS[mark]
      return `${paint(tone, sign)} ${align([name, ...cells])}  ${paint(tone === 'good' ? 'quiet' : tone, remark)}`.trimEnd()
    }),
    ...(folded > 0
      ? [`${paint('good', '✔')} ${countOf(folded, 'more suite')}, in which every check passed`]
      : []),
  ]
}

const HEAD = ['suite', 'passed', 'took']

function rowOf(suite: string, judged: readonly Judged[]): Row {
  const counts = {
    passed: judged.filter(({ outcome }) => outcome === 'passed').length,
    failed: judged.filter((one) => one.outcome === 'failed' && one.required && one.waived === undefined)
      .length,
    waived: judged.filter((one) => one.outcome === 'failed' && one.waived !== undefined).length,
    advisory: judged.filter((one) => one.outcome === 'failed' && !one.required && one.waived === undefined)
      .length,
    'not run': judged.filter(isNotRun).length,
    open: judged.filter((one) => one.outcome === 'inconclusive' && !isNotRun(one)).length,
    'not applicable': judged.filter(({ outcome }) => outcome === 'not-applicable').length,
  }
  const { passed, ...others } = counts
  const took = judged.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0)
  return {
    name: oneLine(suite, 40),
    mark: markOf(counts),
    cells: [`${passed} of ${judged.length}`, took > 0 ? formatDuration(took) : ''],
    remark: Object.entries(others)
      .filter(([, n]) => n > 0)
      .map(([what, n]) => `${n} ${what === 'advisory' ? 'failed (advisory)' : what}`)
      .join(', '),
  }
}

function markOf(counts: Readonly<Record<string, number>>): Mark {
  if (counts['failed']) return 'failed'
  if (counts['not run'] || counts['open']) return 'open'
  if (counts['advisory'] || counts['waived']) return 'advisory'
  return counts['passed'] ? 'passed' : 'idle'
}

function foldPassed(rows: readonly Row[]): { readonly shown: readonly Row[]; readonly folded: number } {
  if (rows.length <= MOST_LINES) return { shown: rows, folded: 0 }
  const isWhole = ({ mark, remark }: Row) => mark === 'passed' && remark === ''
  const others = rows.filter((row) => !isWhole(row)).length
  const kept = rows.filter(isWhole).slice(0, Math.max(0, MOST_LINES - 1 - others))
  const shown = rows.filter((row) => !isWhole(row) || kept.includes(row))
  return { shown, folded: rows.length - shown.length }
}
