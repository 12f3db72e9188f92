import type { StartFigures } from '../records/index.ts'

/** A row for each metric: its name, and what each start has measured of it. */
export function startRows(starts: readonly StartFigures[]): readonly (readonly string[])[] {
  const metrics = new Set(starts.flatMap(({ values }) => Object.keys(values) as (keyof typeof values)[]))
  return [...metrics].map((metric) => [
    metric,
    ...starts.map(({ values }) => values[metric]?.toPrecision(4) ?? '–'),
  ])
}
