import { after, type Clock } from '../../clock.ts'
import { type RunningSimulator, type SimulatorOptions, startSimulator } from '../start.ts'
import type { EdgeFaultId } from './edge-fault.ts'

export type ReplicaOptions = {
  /** Idle for so long, it is stopped. */
  readonly sleepAfterMs: number
  /** A container's own time before the simulator loads. */
  readonly bootMs: number
  readonly faults: readonly EdgeFaultId[]
  readonly simulator: SimulatorOptions
  readonly clock: Clock
}

/** The one simulator behind an edge: started when it is needed, stopped when nobody has asked it anything for a while. */
export class Replica implements AsyncDisposable {
  readonly #options: ReplicaOptions
  readonly #over = new AbortController()
  #simulator: RunningSimulator | undefined
  #booting: Promise<RunningSimulator> | undefined
  #inFlight = 0
  #idle: Disposable | undefined
  #boots = 0
  #answers = 0

  constructor(options: ReplicaOptions) {
    this.#options = options
  }

  get isAwake(): boolean {
    return this.#simulator !== undefined
  }

  /** How often it was started. */
  get boots(): number {
    return this.#boots
  }

  /** The first answer since it woke from a sleep is still to come. */
  get isFresh(): boolean {
    return this.#boots > 1 && this.#answers === 0
  }

  has(fault: EdgeFaultId): boolean {
    return this.#options.faults.includes(fault)
  }

  /** Resolves with the address of the simulator once it listens; starts it where it does not run. */
  async wake(): Promise<string> {
    this.#booting ??= this.#boot()
    return (await this.#booting).url
  }

  /** While one request is under way it does not sleep. */
  enter(): void {
    this.#inFlight++
    this.#idle?.[Symbol.dispose]()
  }

  leave(): void {
    this.#inFlight--
    if (this.#inFlight > 0) return
    this.#idle?.[Symbol.dispose]()
    this.#idle = after(this.#options.clock, this.#options.sleepAfterMs, () => void this.stop())
  }

  /** The service gave an answer. */
  async answered(): Promise<void> {
    this.#answers++
    if (this.has('wakes-twice') && this.#boots > 1 && this.#answers === 1) await this.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    this.#idle?.[Symbol.dispose]()
    await this.#booting?.catch(() => {})
    await this.stop()
  }

  async #boot(): Promise<RunningSimulator> {
    const { bootMs, simulator, clock } = this.#options
    const isAgain = this.#boots > 0
    // The load after an answer belongs to the same waking.
    if (!(this.has('wakes-twice') && this.#answers === 1 && isAgain)) this.#answers = 0
    this.#boots++
    const isNever = isAgain && this.has('never-wakes')
    await clock.sleep(isNever ? Number.POSITIVE_INFINITY : bootMs, this.#over.signal)
    const seed = (simulator.seed ?? 1) + (this.has('same-random-state') ? 0 : this.#boots)
    this.#simulator = await startSimulator({ ...simulator, seed, port: 0, host: '127.0.0.1' })
    return this.#simulator
  }

  async stop(): Promise<void> {
    const stopped = this.#simulator
    this.#simulator = undefined
    this.#booting = undefined
    await stopped?.close()
  }
}
