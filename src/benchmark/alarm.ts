/** What two threads share: one sets a moment, the other sleeps until it and then rings. */
export type Alarm = {
  /** Counts how often it was set, and how often it rang. */
  readonly words: Int32Array<SharedArrayBuffer>
  /** The moment, in milliseconds of `sharedMs`. */
  readonly at: Float64Array<SharedArrayBuffer>
}

export const [SET, RUNG] = [0, 1]

export function newAlarm(): Alarm {
  const shared = new SharedArrayBuffer(16)
  return { words: new Int32Array(shared, 0, 2), at: new Float64Array(shared, 8, 1) }
}
