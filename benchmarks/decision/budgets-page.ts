import { type BudgetResults, METRICS, NIGHTS, PAIRS, SERIES } from './budgets.ts'
import { goalTable } from './markdown.ts'

export function budgetsPage(results: BudgetResults): readonly string[] {
  const { date, commit, processor, allSeriesMs, appendMs, appended, verdictMs } = results
  return [
    '## What people wait for',
    '',
    `${date}, commit ${commit}, ${processor}. Processor time, but for what is appended: that waits for the disk.`,
    '',
    ...goalTable([
      {
        ...{ says: `${SERIES} series × ${NIGHTS} nights, nights to sentences`, goal: '< 15 s' },
        ...{ measured: `${(allSeriesMs / 1_000).toFixed(1)} s`, isMet: allSeriesMs < 15_000 },
      },
      {
        ...{ says: `one night more, a series (median of ${appended})`, goal: '< 2 ms' },
        ...{ measured: `${appendMs.toFixed(2)} ms`, isMet: appendMs < 2 },
      },
      {
        ...{
          says: `a verdict of ${PAIRS} pairs × ${METRICS} metrics, the slowest of seven`,
          goal: '< 200 ms',
        },
        ...{ measured: `${verdictMs.toFixed(0)} ms`, isMet: verdictMs < 200 },
      },
    ]),
    '',
  ]
}
