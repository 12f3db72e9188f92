import { type Clock, sharedMs } from '../clock.ts'

/** The origin of a client's clock in milliseconds of CLOCK_MONOTONIC: of some looks, the one that nothing came between. */
export function originOf(clock: Clock): number {
  const looks = Array.from({ length: 20 }, () => {
    const beforeMs = clock.monotonicMs()
    const ms = sharedMs()
    const widthMs = clock.monotonicMs() - beforeMs
    return { widthMs, originMs: ms - beforeMs - widthMs / 2 }
  })
  return looks.reduce((best, look) => (look.widthMs < best.widthMs ? look : best)).originMs
}
