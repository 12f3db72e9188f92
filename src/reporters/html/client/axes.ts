import type uPlot from 'uplot'
import type { ChartSpec } from '../kit/chart-spec.ts'
import { fitted, NIGHTS } from './night-axes.ts'

/** Where a value stands on an axis of percentiles: as many units from the left as its tail has nines. */
const nines = (share: number): number => -Math.log10(1 - Math.min(share, 1 - 1e-9))
const PERCENTILES = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999]

export function xScale({ x }: ChartSpec): uPlot.Scale {
  const { range } = x
  return {
    time: x.kind === 'time',
    range: range ? () => [...range] : withRoom,
    ...(x.kind === 'log' && { distr: 3 }),
    ...(x.kind === 'percentile' && { distr: 100, fwd: nines, bwd: (units: number) => 1 - 10 ** -units }),
  }
}

/** The first and the last point are seen whole. */
const withRoom = (_self: uPlot, low: number | null, high: number | null): [number, number] => {
  const [from, to] = [low ?? 0, high ?? 1]
  const room = 0.02 * (to - from || Math.abs(to) || 1)
  return [from - room, to + room]
}

export function xAxis({ x }: ChartSpec): Partial<uPlot.Axis> {
  if (x.kind === 'time') return NIGHTS
  if (x.kind === 'whole') return { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000] }
  if (x.kind === 'log') return { splits: (_self, _axis, low, high) => logSplits(low, high), ...ALL }
  if (x.kind !== 'percentile') return {}
  return {
    splits: (_self, _axis, low, high) => PERCENTILES.filter((share) => share >= low && share <= high),
    ...ALL,
    values: (_self, shares) => shares.map((share) => `p${Number((100 * share).toPrecision(6))}`),
  }
}

/** Every line that is drawn has its number; uPlot would leave out all but the powers of ten. */
const ALL = {
  filter: (_self: uPlot, splits: number[]) => splits,
  values: (_self: uPlot, splits: number[]) => splits.map((value) => value.toLocaleString('en-US')),
} satisfies Partial<uPlot.Axis>

/** A y axis that holds its values, their intervals, and its marks: a limit that is out of sight says nothing. */
export function yScale(spec: ChartSpec): uPlot.Scale {
  const beside = besideValues(spec)
  const reach = (low: number | null, high: number | null): [number, number] => {
    const all = [...(low === null ? [] : [low]), ...(high === null ? [] : [high]), ...beside]
    return all.length === 0 ? [0, 1] : [Math.min(...all), Math.max(...all)]
  }
  if (spec.isLog)
    return {
      distr: 3,
      range: (_self, low, high) => {
        const [least, most] = [reach(low, high)[0], reach(low, high)[1]].map((one) => (one > 0 ? one : 1))
        return [0.8 * (least ?? 1), 1.3 * (most ?? 1)]
      },
    }
  if (spec.isFitted) return { range: (self, low, high) => fitted(self, ...reach(low, high)) }
  return { range: (_self, low, high) => [0, 1.1 * reach(low, high)[1] || 1] }
}

export const yAxis = ({ isLog }: ChartSpec): Partial<uPlot.Axis> =>
  isLog ? { splits: (_self, _axis, low, high) => logSplits(low, high), ...ALL } : {}

const besideValues = ({ series, marks = [], bands = [], isLog }: ChartSpec): readonly number[] =>
  [
    ...series.flatMap(({ intervals = [] }) => intervals.flatMap((interval) => interval ?? [])),
    ...marks.flatMap(({ axis, at }) => (axis === 'y' ? [at] : [])),
    ...bands.flatMap(({ axis, from, to }) => (axis === 'y' ? [from, to] : [])),
  ].filter((value) => !isLog || value > 0)

/** 1, 2 and 5 of each power of ten, of many powers 1 alone; where fewer than three of them are seen, even steps. */
function logSplits(low: number, high: number): number[] {
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(low)) + i),
  )
  const digits = powers.length > 4 ? [1] : [1, 2, 5]
  const found = powers
    .flatMap((power) => digits.map((digit) => Number((digit * power).toPrecision(3))))
    .filter((value) => value >= low && value <= high)
  return found.length >= 3 ? found : evenSteps(low, high)
}

function evenSteps(low: number, high: number): number[] {
  const rough = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough) ?? rough
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  )
}
