import assert from 'node:assert/strict'

/** P values adjusted for their family, whatever their dependence: the step-down Bonferroni procedure of Holm (1979), Scandinavian Journal of Statistics 6. */
export function holm(values: readonly number[]): readonly number[] {
  for (const p of values) assert(p >= 0 && p <= 1, `p must lie in [0, 1], not ${p}`)
  const adjusted: number[] = []
  const order = values.map((_, i) => i).toSorted((a, b) => (values[a] ?? 1) - (values[b] ?? 1))
  let largest = 0
  for (const [place, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (values.length - place) * (values[i] ?? 1)))
    adjusted[i] = largest
  }
  return adjusted
}
