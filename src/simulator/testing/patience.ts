import { turnClock } from './turn-clock.ts'

export const sleep = (ms: number): Promise<void> => turnClock.sleep(ms)

/** Whether the work is done before so much time has passed. */
export const within = (ms: number, work: Promise<unknown>): Promise<boolean> =>
  Promise.race([work.then(() => true), sleep(ms).then(() => false)])

export const burst = <T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)))
