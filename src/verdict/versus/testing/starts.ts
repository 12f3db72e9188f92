import { createRandom, normal } from '../../../random.ts'
import type { ComparedMetric, Pair, StartFigures } from '../../../records/index.ts'

const USUAL: Readonly<Partial<Record<ComparedMetric, number>>> = {
  ...{ ttftMsP50: 80, tpotMsP50: 12, e2eMsP50: 800, outputTokensPerSecond: 60, coldStartMs: 20_000 },
}

/** By metric: so many times its usual value; a metric that is not usual is there with 100 times the factor. */
export type Factors = Readonly<Partial<Record<ComparedMetric, number>>>

export const figures = (factors: Factors = {}): StartFigures => ({
  boot: 0,
  values: Object.fromEntries(
    [...new Set([...Object.keys(USUAL), ...Object.keys(factors)])].map((name) => {
      const metric = name as ComparedMetric
      return [metric, (USUAL[metric] ?? 100) * (factors[metric] ?? 1)]
    }),
  ),
  requests: 40,
  failed: 0,
})

/** Starts whose figures vary by `sd`. */
export function startsOf(
  count: number,
  factors: Factors = {},
  sd = 0.005,
  seed = 'starts',
): readonly StartFigures[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const { values, ...rest } = figures(factors)
    const varied = Object.entries(values).map(([name, value]) => [
      name,
      value * Math.exp(sd * normal(random)),
    ])
    return { ...rest, values: Object.fromEntries(varied) }
  })
}

/** Pairs whose candidate has the factors; both arms vary by `sd`. */
export function pairsOf(count: number, factors: Factors = {}, sd = 0.005): readonly Pair[] {
  const known = Object.fromEntries(Object.keys(factors).map((metric) => [metric, 1]))
  const [before, after] = [startsOf(count, known, sd, 'baseline'), startsOf(count, factors, sd, 'candidate')]
  return before.flatMap((baseline, index): Pair[] => {
    const candidate = after[index]
    return candidate ? [{ index, first: index % 2 ? 'baseline' : 'candidate', baseline, candidate }] : []
  })
}
