import type { LoadRun, Run } from '../../../../records/index.ts'
import { countOf, significant } from '../../../figures.ts'
import type { Report } from '../../../reporter.ts'
import { html, type Markup } from '../../kit/index.ts'

/** Whether the numbers of a run can be used, and if not, why; else what is to be known beside them. */
export function usability({ run, verdict }: Report): Markup {
  const found = whyNot(run)
  const reasons = found.length === 0 && verdict.state === 'invalid' ? verdict.reasons.slice(0, 1) : found
  const limits = whatLimits(run)
  if (verdict.measurements.length === 0 && reasons.length === 0)
    return html`<div class="usable open"><p><strong>Nothing was measured.</strong> Each number that is missing stands below with its reason.</p></div>`
  const [look, word] =
    reasons.length > 0
      ? ['fail', 'These numbers cannot be used, because:']
      : limits.length > 0
        ? ['open', 'These numbers can be used, within these limits:']
        : ['pass', 'These numbers can be used: the run is complete, and no check of its validity failed.']
  return html`<div class="usable ${look}"><p><strong>${word}</strong></p>${listOf([...reasons, ...limits])}</div>`
}

const listOf = (items: readonly string[]): Markup | undefined =>
  items.length === 0 ? undefined : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`

/** The cause first. */
function whyNot(run: Run): readonly string[] {
  const invalid = (run.loads ?? []).flatMap((load) =>
    (load.validity?.reasons ?? []).map(({ says, next }) => `${nameOf(load, run)}${says} ${next}`),
  )
  const { cut, error, state } = run
  if (error) return [`the run ended with an error: ${error.message}`, ...invalid]
  if (cut) return [`the run was cut short: ${cut.reason}`, ...invalid]
  if (state === 'killed') return ['the run has no end on record: it was killed', ...invalid]
  return invalid
}

function whatLimits(run: Run): readonly string[] {
  const { loads = [], load, pairs = [] } = run
  const voids = pairs.filter((pair) => pair.void)
  const whys = [...new Set(voids.map((pair) => pair.void?.reason))].join('; ')
  return [
    ...(voids.length > 0
      ? [`${voids.length} of ${pairs.length} pairs tell nothing and are in no number: ${whys}.`]
      : []),
    ...loads.flatMap((one) =>
      (one.validity?.warnings ?? []).map((warning) => `${nameOf(one, run)}${warning}`),
    ),
    ...loads.flatMap((one) =>
      one.calibration?.state === 'void'
        ? [`${nameOf(one, run)}The client's own error is not known: ${one.calibration.reason}`]
        : [],
    ),
    ...(load && load.runnable !== undefined && load.runnable > load.cores
      ? [
          `While warm answers were timed, ${significant(load.runnable)} threads of others wanted one of ${countOf(load.cores, 'core')} of this machine.`,
        ]
      : []),
  ]
}

/** Only where there are several. */
const nameOf = ({ scenario }: LoadRun, { loads = [] }: Run): string =>
  loads.length > 1 ? `${scenario}: ` : ''
