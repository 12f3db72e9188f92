/** The names that a schema declares, as the bytes that follow the opening quote, up to and with the colon. */
export type KeyTrie = {
  readonly children: Map<number, KeyTrie>
  /** Positions of the properties below, ascending. */
  readonly indexes: number[]
  /** The property whose key ends here. */
  leaf?: number
}

export function keyTrie(keys: Iterable<readonly [index: number, name: string]>): KeyTrie {
  const root: KeyTrie = { children: new Map(), indexes: [] }
  for (const [index, name] of keys) {
    let at = root
    at.indexes.push(index)
    for (const byte of keyBytes(name).subarray(1)) {
      const child: KeyTrie = at.children.get(byte) ?? { children: new Map(), indexes: [] }
      child.indexes.push(index)
      at.children.set(byte, child)
      at = child
    }
    at.leaf = index
  }
  return root
}

/** `"name":` */
export const keyBytes = (name: string): Buffer => Buffer.from(`${JSON.stringify(name)}:`)

/** Whether a property with a position in [first, last] lies below. */
export function reaches({ indexes }: KeyTrie, first: number, last: number): boolean {
  let [low, high] = [0, indexes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((indexes[middle] ?? 0) < first) low = middle + 1
    else high = middle
  }
  return (indexes[low] ?? Number.POSITIVE_INFINITY) <= last
}
