import type { LoadSearch } from '../../../../records/index.ts'
import type { Report } from '../../../reporter.ts'
import { searchTable } from '../../../search-table.ts'
import { type ChartSpec, chart, type Markup, table } from '../../kit/index.ts'

const LEVELS = { rate: 'requests/s', concurrency: 'requests in flight' } as const

/** A search or a sweep: what each level came to; nothing where there was none. */
export function search({ verdict: { search: found } }: Report): Markup | undefined {
  const steps = searchTable({ ...(found && { search: found }) })
  if (!found || !steps || found.steps.length === 0) return undefined
  return chart(
    specOf(found),
    table(
      'Levels of load',
      steps.head.map((title, index) => ({
        title,
        ...(index < steps.head.length - 1 && { isNumber: true as const }),
      })),
      steps.rows,
    ),
  )
}

function specOf(found: LoadSearch): ChartSpec {
  // Of a level that was sent more than once the last step is drawn; the table has all.
  const levels = new Map(found.steps.map((step) => [step.level, step]))
  const steps = [...levels.values()].toSorted((a, b) => a.level - b.level)
  const of = (name: string) => steps.map(({ figures }) => figures[name] ?? null)
  const mark = (at: number | undefined, label: string, tone: 'bad' | 'muted') =>
    at === undefined ? [] : [{ axis: 'x' as const, at, label: `${label} ${at}`, tone }]
  return {
    id: 'search',
    title: `${found.kind === 'search' ? 'Search for the highest load' : 'Sweep of loads'}: what each level came to`,
    says: [found.held?.reason, found.broken?.reason, found.knee?.reason, found.end.reason]
      .filter((one) => one !== undefined)
      .slice(0, 2)
      .join('; '),
    x: { label: LEVELS[found.of], values: steps.map(({ level }) => level) },
    series: [
      { label: 'TTFT p99', unit: 'ms', values: of('ttftMsP99'), tone: 'steady' },
      { label: 'TTFT p50', unit: 'ms', values: of('ttftMsP50'), tone: 'muted' },
      { label: 'Answered', unit: 'requests/s', values: of('requestsPerSecond'), axis: 'right', tone: 'cold' },
    ],
    marks: [
      ...mark(found.held?.level, 'held', 'muted'),
      ...mark(found.broken?.level, 'broken', 'bad'),
      ...mark(found.knee?.level, 'knee', 'muted'),
    ],
  }
}
