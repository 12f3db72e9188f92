import type { CharSet } from './char-set.ts'

/** Code points grouped into the classes that an automaton cannot tell apart. */
export class Alphabet {
  /** First code point of each segment, ascending; the first is 0. */
  readonly starts: Int32Array
  /** Class of each segment; −1: in no set at all. */
  readonly segmentClass: Int32Array
  /** A code point to show for each class: a letter or a digit where there is one. */
  readonly samples: readonly number[]
  readonly #ascii: Int32Array

  constructor(sets: readonly CharSet[]) {
    const cuts = new Set([0])
    for (const set of sets) for (const [low, high] of set) cuts.add(low).add(high + 1)
    this.starts = Int32Array.from([...cuts].sort((a, b) => a - b))
    this.segmentClass = classify(this.starts, sets)
    this.#ascii = Int32Array.from({ length: 128 }, (_, point) => this.#search(point))
    this.samples = this.#chooseSamples()
  }

  get size(): number {
    return this.samples.length
  }

  classOf(point: number): number {
    return point < 128 ? (this.#ascii[point] ?? -1) : this.#search(point)
  }

  /** Index of the segment that holds `point`. */
  segmentAt(point: number): number {
    let [low, high] = [0, this.starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.starts[middle] ?? 0) <= point) low = middle
      else high = middle - 1
    }
    return low
  }

  #search(point: number): number {
    return this.segmentClass[this.segmentAt(point)] ?? -1
  }

  #chooseSamples(): number[] {
    const samples: number[] = []
    const offer = (point: number, cls: number) => {
      if (cls >= 0 && samples[cls] === undefined) samples[cls] = point
    }
    for (const point of PREFERRED) offer(point, this.classOf(point))
    this.starts.forEach((start, segment) => {
      offer(start, this.segmentClass[segment] ?? -1)
    })
    return samples
  }
}

const PREFERRED = [...'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -_.,:;!?@/+()'].map(
  (char) => char.charCodeAt(0),
)

/** Segments that belong to the same sets share a class. */
function classify(starts: Int32Array, sets: readonly CharSet[]): Int32Array {
  const members: number[][] = Array.from(starts, () => [])
  const index = new Map(Array.from(starts, (start, segment) => [start, segment]))
  sets.forEach((set, id) => {
    for (const [low, high] of set)
      for (
        let segment = index.get(low) ?? 0;
        (starts[segment] ?? Number.POSITIVE_INFINITY) <= high;
        segment++
      )
        members[segment]?.push(id)
  })
  const classes = new Map<string, number>()
  return Int32Array.from(members, (ids) => {
    if (ids.length === 0) return -1
    const key = ids.join()
    if (!classes.has(key)) classes.set(key, classes.size)
    return classes.get(key) ?? -1
  })
}
