/** What is done at a point of the service's time. */
export type Entry = {
  atNs: number
  run(): void
}

/** A binary heap (J. W. J. Williams, 1964) by `atNs`. */
export class EntryHeap {
  readonly #heap: Entry[] = []

  first(): Entry | undefined {
    return this.#heap[0]
  }

  push(entry: Entry): void {
    const heap = this.#heap
    let place = heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above] as Entry
      if (parent.atNs <= entry.atNs) break
      heap[place] = parent
      place = above
    }
    heap[place] = entry
  }

  /** Takes the first one out. */
  pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      const right = heap[below + 1]
      if (right !== undefined && right.atNs < (heap[below] as Entry).atNs) below++
      const child = heap[below] as Entry
      if (child.atNs >= last.atNs) break
      heap[place] = child
      place = below
    }
    heap[place] = last
  }
}
