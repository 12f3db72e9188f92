import { type Clock, systemClock } from '../clock.ts'
import { type Entry, EntryHeap } from './entry-heap.ts'
import type { ServiceTime } from './service-time.ts'

/** With `spin`: below this the loop does not sleep, since a timer of Node is good to a millisecond only. */
const SLEEP_NS = 1_500_000
/** After so much work at a stretch the sockets are read, even where more is due. */
const STRETCH_NS = 1_000_000

/** One queue of what is due for all streams, looked at every millisecond, instead of a timer each. Between two looks the sockets are read. */
export class Agenda {
  readonly #heap = new EntryHeap()
  readonly #time: ServiceTime
  readonly #sleepNs: number
  readonly #clock: Clock
  #isRunning = false

  constructor(time: ServiceTime, spin: boolean, clock: Clock = systemClock) {
    this.#time = time
    this.#sleepNs = spin ? SLEEP_NS : 0
    this.#clock = clock
  }

  add(entry: Entry): void {
    this.#heap.push(entry)
    if (this.#isRunning) return
    this.#isRunning = true
    setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    const startNs = this.#time.nowNs()
    let nowNs = startNs
    let next = this.#heap.first()
    while (next !== undefined && next.atNs <= nowNs && nowNs - startNs < STRETCH_NS) {
      this.#heap.pop()
      next.run()
      nowNs = this.#time.nowNs()
      next = this.#heap.first()
    }
    if (next === undefined) this.#isRunning = false
    else if (next.atNs <= nowNs + this.#sleepNs) setImmediate(this.#turn)
    else void this.#clock.sleep(1).then(this.#turn)
  }
}
