import type { LoadSearch, SearchStep } from '../../../../records/index.ts'
import { significant } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { searchTable } from '../../../search-table.ts'
import { type ChartMark, chart, drawnFigure, html, type Markup, table } from '../../kit/index.ts'
import { limitMarks } from './limits.ts'

const FIGURES = [
  { name: 'ttftMsP50', label: 'TTFT p50', tone: 'steady' },
  { name: 'ttftMsP99', label: 'TTFT p99', tone: 'warm' },
  { name: 'e2eMsP50', label: 'e2e p50', tone: 'muted' },
] as const
const LEVELS = {
  rate: { label: 'asked rate in requests/s', of: 'requests/s' },
  concurrency: { label: 'requests in flight', of: 'requests in flight' },
} as const

/** Latency against the level of the load, with the level that holds, the one that does not, the knee, and the limits. */
export function searchCharts(report: Report): Markup | undefined {
  const { search } = report.verdict
  const rows = searchTable(report.verdict)
  if (!search || !rows) return undefined
  const steps = search.steps.toSorted((one, other) => one.level - other.level)
  const says = saysOf(search)
  const numbers = table(
    `Steps of the ${search.kind}, times in ms`,
    rows.head.map((title, at) => (at === rows.head.length - 1 ? { title } : { title, isNumber: true })),
    rows.rows,
  )
  const x = { label: LEVELS[search.of].label, values: steps.map(({ level }) => level) }
  const latency = chart(
    {
      ...{ id: 'search-latency', title: `Latency against ${LEVELS[search.of].of}`, says, x },
      series: FIGURES.filter(({ name }) => steps.some(({ figures }) => figures[name] !== undefined)).map(
        ({ name, label, tone }) => ({
          label,
          tone,
          unit: 'ms',
          style: 'linked',
          values: figuresOf(steps, name),
        }),
      ),
      marks: [...levelMarks(search), ...LIMITED.flatMap((time) => limitsNamed(report, time))],
      ...(isWide(steps) && { isLog: true }),
    },
    numbers,
  )
  return html`<h3>${search.kind === 'search' ? 'Search' : 'Sweep'}: how latency grows with the load</h3>
<div class="beside">${latency}${throughput(search, steps)}</div>`
}

const figuresOf = (steps: readonly SearchStep[], name: string): (number | null)[] =>
  steps.map(({ figures }) => (figures[name] === undefined ? null : drawnFigure(figures[name])))

function isWide(steps: readonly SearchStep[]): boolean {
  const all = steps.flatMap(({ figures }) => FIGURES.flatMap(({ name }) => figures[name] ?? []))
  return all.every((value) => value > 0) && Math.max(...all) > 20 * Math.min(...all)
}

function throughput(search: LoadSearch, steps: readonly SearchStep[]): Markup {
  const names = [
    { name: 'requestsPerSecond', label: 'answered' },
    { name: 'goodput', label: 'goodput: within every limit' },
  ].filter(({ name }) => steps.some(({ figures }) => figures[name] !== undefined))
  const most = Math.max(...steps.map(({ figures }) => figures['requestsPerSecond'] ?? 0))
  return chart(
    {
      ...{ id: 'search-throughput', title: 'What the service answered' },
      says: `Answered a second at each of ${steps.length} steps: at most ${significant(most)} requests/s.`,
      x: { label: LEVELS[search.of].label, values: steps.map(({ level }) => level) },
      series: names.map(({ name, label }) => ({
        label,
        unit: 'requests/s',
        style: 'linked',
        values: figuresOf(steps, name),
      })),
      marks: levelMarks(search),
    },
    table(
      'Answered a second, a step a line',
      [
        { title: LEVELS[search.of].of, isNumber: true },
        ...names.map(({ label }) => ({ title: label, isNumber: true as const })),
        { title: 'Outcome' },
      ],
      steps.map(({ level, figures, outcome }) => [
        level,
        ...names.map(({ name }) => (figures[name] === undefined ? '–' : significant(figures[name]))),
        outcome,
      ]),
    ),
  )
}

function saysOf({ of, held, broken, knee, end, steps }: LoadSearch): string {
  const unit = LEVELS[of].of
  const outcomes = steps.map(({ level, outcome }) => `${level} ${outcome}`).join(', ')
  return [
    held
      ? `${held.level} ${unit} holds (${held.agreed} of ${held.steps} steps).`
      : `No level is known to be the highest that holds: ${outcomes}.`,
    ...(broken ? [`${broken.level} ${unit} does not: ${broken.reason}.`] : []),
    ...(knee
      ? [
          knee.level === undefined
            ? `No knee: ${knee.reason}.`
            : `The knee is at ${knee.level}: ${knee.reason}.`,
        ]
      : []),
    `${steps.length} steps; ended: ${end.reason}.`,
  ].join(' ')
}

function levelMarks({ held, broken, knee }: LoadSearch): readonly ChartMark[] {
  return [
    ...(held ? [{ axis: 'x', at: held.level, label: 'holds' } as const] : []),
    ...(broken ? [{ axis: 'x', at: broken.level, label: 'broken', tone: 'bad' } as const] : []),
    ...(knee?.level === undefined ? [] : [{ axis: 'x', at: knee.level, label: 'knee' } as const]),
  ]
}

const LIMITED = [
  { name: 'ttftMs', says: 'TTFT' },
  { name: 'e2eMs', says: 'e2e' },
] as const

const limitsNamed = ({ run }: Report, { name, says }: (typeof LIMITED)[number]): readonly ChartMark[] =>
  limitMarks(run, name, 'steady', 'y').map((mark) => ({
    ...mark,
    label: mark.label.replace('of', `of ${says}`),
  }))
