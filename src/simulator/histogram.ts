/** A Prometheus histogram: cumulative buckets, sum and count. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0
  #count = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(value: number): void {
    this.#sum += value
    this.#count += 1
    for (const [index, bound] of this.#bounds.entries()) {
      if (value <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1
    }
  }

  lines(name: string, labels: string): readonly string[] {
    const buckets = this.#bounds.map(
      (bound, index) => `${name}_bucket{le="${formatBound(bound)}",${labels}} ${this.#counts[index]}`,
    )
    return [
      ...buckets,
      `${name}_bucket{le="+Inf",${labels}} ${this.#count}`,
      `${name}_count{${labels}} ${this.#count}`,
      `${name}_sum{${labels}} ${this.#sum}`,
    ]
  }
}

// prometheus_client prints bounds as Python floats.
const formatBound = (bound: number): string => (Number.isInteger(bound) ? `${bound}.0` : `${bound}`)
