import type { Change, ComparedMetric, Decision, Versus } from '../records/index.ts'
import { countOf, formatQuantity, significant } from './figures.ts'
import type { Table } from './load-table.ts'

const HEAD = ['metric', 'baseline', 'candidate', 'change (+ is worse)', '95 % interval', 'margin', 'verdict']
const NONE = '–'
const WORDS = {
  worse: 'worse',
  kept: 'kept within the margin',
  open: 'open',
  reported: 'reported, not gated',
} as const satisfies Record<Change['outcome'], string>

/** What a run was held against, a metric a line; failed requests stand first, since they decide first. */
export function versusTable({ versus }: Pick<Decision, 'versus'>): Table | undefined {
  if (!versus) return undefined
  const { errors, changes } = versus
  return { head: HEAD, rows: [...(errors ? [errorsRow(errors)] : []), ...changes.map(rowOf)] }
}

const rowOf = ({ metric, baseline, candidate, change, low, high, margin, outcome }: Change) => [
  metric,
  quantityOf(metric, baseline),
  quantityOf(metric, candidate),
  signed(change),
  low === undefined || high === undefined ? NONE : `${signed(low)} to ${signed(high)}`,
  margin === undefined ? NONE : signed(margin),
  WORDS[outcome],
]

function errorsRow({ baseline, candidate, outcome }: NonNullable<Versus['errors']>): readonly string[] {
  const of = ([failed, asked]: readonly [number, number]) => `${failed} of ${asked}`
  const rate = ([failed, asked]: readonly [number, number]) => (asked === 0 ? 0 : failed / asked)
  const rise = rate(candidate) - rate(baseline)
  return ['failed requests', of(baseline), of(candidate), signed(rise), NONE, NONE, WORDS[outcome]]
}

/** A value in the unit of its metric. */
export const quantityOf = (metric: ComparedMetric, value: number): string =>
  formatQuantity(value, metric === 'outputTokensPerSecond' ? 'tokens/s' : 'ms')

/** `+9.9 %`, `-3 %`. */
export const signed = (share: number): string =>
  share === 0 ? '0 %' : `${share > 0 ? '+' : ''}${significant(100 * share)} %`

/** `the stored run X`; of a night `39 accepted nights, the last of them run X`. */
export const storedName = ({ baseline, nights }: Pick<Versus, 'baseline' | 'nights'>): string =>
  nights === undefined
    ? `the stored run ${baseline}`
    : `${countOf(nights, 'accepted night')}, the last of them run ${baseline}`

/** What the table is of: `simulator against the stored run X`. */
export function describeVersus(versus: Versus): string {
  const { mode, baseline, candidate, pairs } = versus
  if (mode === 'stored') return `${candidate} against ${storedName(versus)}`
  const voids = pairs?.voids.length ?? 0
  const besides = voids > 0 ? `, ${voids} more tell nothing` : ''
  return `${candidate} against ${baseline}, side by side: ${countOf(pairs?.used ?? 0, 'pair')} of starts${besides}`
}

/** What is to be known beside the figures: its limits, and in what the two differ. */
export function versusRemarks({ remarks = [], differences, allowed = [] }: Versus): readonly string[] {
  const named = differences.filter((one) => !allowed.includes(one))
  return [
    ...(allowed.length > 0
      ? [`The two are unlike, which was allowed (--allow-difference): ${allowed.join('; ')}.`]
      : []),
    ...(named.length > 0 ? [`They differ beside their speed: ${named.join('; ')}.`] : []),
    ...remarks,
  ]
}

/** The gated metric that came closest to its margin, of a run that kept all. */
export function closestChange({ changes }: Versus): Change | undefined {
  const [closest] = changes
    .filter(({ margin }) => margin !== undefined)
    .toSorted((a, b) => b.change / (b.margin ?? 1) - a.change / (a.margin ?? 1))
  return closest
}
