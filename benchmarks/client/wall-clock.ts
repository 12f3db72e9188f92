const LOOKS = 8

/**
 * Wall clock minus CLOCK_MONOTONIC, in nanoseconds: for the stamps of clients that keep the wall clock's. Node reads the wall clock in
 * milliseconds, so its ticks are waited for; what is seen late makes the offset too small, and the largest is the closest.
 */
export function wallClockOffsetNs(): number {
  let offsetNs = Number.NEGATIVE_INFINITY
  for (let look = 0; look < LOOKS; look++) {
    const before = Date.now()
    let now = before
    while (now === before) now = Date.now()
    offsetNs = Math.max(offsetNs, now * 1e6 - Number(process.hrtime.bigint()))
  }
  return offsetNs
}
