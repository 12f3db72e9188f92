import type { Boot } from '../../../../records/index.ts'
import { formatDuration, formatInterval } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import {
  html,
  type Markup,
  table,
  type WaterfallRow,
  type WaterfallSpan,
  waterfall,
} from '../../kit/index.ts'

/** Each phase with when it ended, in the order in which a start goes through them. */
const PHASES = [
  ['start to port', 'portMs'],
  ['port to health', 'healthMs'],
  ['to first token', 'firstTokenMs'],
  ['to first generation', 'firstGenerationMs'],
] as const
const UNFINISHED = 'no generation'

/** Cold starts by phase, a row a start. */
export function coldStarts({ run, verdict }: Report): Markup {
  const started = run.boots.filter(({ origin }) => origin === 'started')
  if (started.length === 0)
    return html`<h2>Cold starts</h2><p>Not measured, because ${run.boots.length > 0 ? 'the service already ran' : 'no start of the service was seen to its end'}.</p>`
  const cold = verdict.measurements.find(({ name }) => name === 'coldStartMs')
  const says = cold
    ? `Start of the server to its first good token: median ${formatDuration(cold.value)} of ${cold.n}${cold.low === undefined ? '' : ` (95 %: ${formatInterval(cold)})`}.`
    : 'No start ended in a good generation, so no cold start was measured.'
  return waterfall(
    {
      id: 'cold-starts',
      title: 'Cold starts by phase',
      says,
      names: [...PHASES.map(([name]) => name), UNFINISHED],
    },
    started.map(rowOf),
    table(
      'Cold starts by phase: when each phase ended, after the start',
      [
        { title: 'Start' },
        { title: 'Port open', isNumber: true },
        { title: 'Health 200', isNumber: true },
        { title: 'First token', isNumber: true },
        { title: 'First generation', isNumber: true },
        { title: 'Outcome' },
      ],
      started.map((boot) => [
        `start ${boot.index}`,
        ...PHASES.map(([, key]) => (boot[key] === undefined ? 'not reached' : formatDuration(boot[key]))),
        boot.reason === undefined ? boot.outcome : `${boot.outcome}: ${boot.reason}`,
      ]),
    ),
  )
}

function rowOf(boot: Boot): WaterfallRow {
  const spans: WaterfallSpan[] = []
  let from = 0
  for (const [name, key] of PHASES) {
    const to = boot[key]
    if (to === undefined) continue
    // What was seen out of order took no time of its own.
    spans.push({ name, from: Math.min(from, to), to })
    from = Math.max(from, to)
  }
  const last = boot.attempts.at(-1)
  if (boot.outcome === 'generating')
    return { label: `start ${boot.index}`, spans, total: formatDuration(boot.firstGenerationMs ?? from) }
  const gaveUp = last ? last.atMs + last.tookMs : from
  return {
    label: `start ${boot.index}`,
    spans: gaveUp > from ? [...spans, { name: UNFINISHED, from, to: gaveUp }] : spans,
    total: '✗ none',
    isBad: true,
  }
}
