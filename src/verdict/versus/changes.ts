import type { Change, ComparedMetric, StartFigures } from '../../records/index.ts'

const RATES: readonly ComparedMetric[] = ['outputTokensPerSecond']

/** log(candidate / baseline), turned round where more is better: + is worse. Undefined where a value is missing or not positive. */
export function worsening(metric: ComparedMetric, baseline?: number, candidate?: number): number | undefined {
  if (!isPositive(baseline) || !isPositive(candidate)) return undefined
  const log = Math.log(candidate / baseline)
  return RATES.includes(metric) ? -log : log
}

const isPositive = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value > 0

/** A worsening as a fraction of the baseline: of a time how much longer, of a rate how much less. */
export const fractionOf = (metric: ComparedMetric, log: number): number =>
  RATES.includes(metric) ? -Math.expm1(-log) : Math.expm1(log)

/** The worsening that is this fraction of the baseline. */
export const worseningOf = (metric: ComparedMetric, fraction: number): number =>
  RATES.includes(metric) ? -Math.log1p(-fraction) : Math.log1p(fraction)

/** Each metric that a start knows, in the order in which they are first seen. */
export const metricsOf = (starts: readonly StartFigures[]): readonly ComparedMetric[] => [
  ...new Set(starts.flatMap(({ values }) => Object.keys(values) as ComparedMetric[])),
]

type Outcome = Change['outcome']

/** One metric that is worse decides; all must be kept. */
export const together = (outcomes: readonly Outcome[]): 'worse' | 'kept' | 'open' => {
  const gated = outcomes.filter((one) => one !== 'reported')
  if (gated.includes('worse')) return 'worse'
  return gated.length > 0 && gated.every((one) => one === 'kept') ? 'kept' : 'open'
}
