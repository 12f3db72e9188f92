import { type Driven, type DriveReport, LoadWatch, type PlannedLoad } from '../benchmark/index.ts'
import { deadline } from '../clock.ts'
import type { LoadEnd, LoadPlanned } from '../records/index.ts'
import type { RunningService } from './running-service.ts'

/** All that may end a load before its schedule is sent. */
export class LoadEnds implements Disposable {
  /** Nothing more is sent. */
  readonly stop: AbortSignal
  /** What is in flight is abandoned as well. */
  readonly signal: AbortSignal
  readonly #stop = new AbortController()
  readonly #abandon = new AbortController()
  readonly #watch: LoadWatch
  readonly #service: RunningService
  readonly #time: ReturnType<typeof deadline> | undefined
  #end: LoadEnd | undefined

  /** `leftMs`: of the run's time budget; absent: it does not end this load. */
  constructor(service: RunningService, { maxTokens }: PlannedLoad, leftMs?: number) {
    this.#service = service
    this.#watch = new LoadWatch({ maxTokens })
    this.#time = leftMs === undefined ? undefined : deadline(service.plan.clock, leftMs)
    const { signal: interrupted } = service.world
    const abandoning = [interrupted, this.#abandon.signal, ...(this.#time ? [this.#time.signal] : [])]
    this.signal = AbortSignal.any(abandoning)
    this.stop = this.#stop.signal
  }

  saw(driven: Driven): void {
    if (this.#end) return
    this.#end = this.#watch.saw(driven) ?? this.#lost()
    // What is in flight is paid for; a service that fails may hold it for a whole deadline.
    if (this.#end?.by === 'max-tokens') this.#stop.abort()
    else if (this.#end) this.#abandon.abort()
  }

  /** Why nothing more was sent, in the order in which the reasons outweigh each other. */
  endOf({ endedBy, sent }: DriveReport, { stated }: LoadPlanned): LoadEnd {
    if (this.#service.world.signal.aborted)
      return { by: 'interrupted', reason: 'the run was stopped while the load was sent' }
    if (this.#end) return this.#end
    if (this.#time?.signal.aborted)
      return { by: 'max-seconds', reason: 'the time budget was spent in the load: raise --max-seconds' }
    if (endedBy === 'duration')
      return { by: 'duration', reason: `its ${(stated.durationMs ?? 0) / 1_000} s were over` }
    return { by: 'schedule', reason: `all ${sent} requests were sent` }
  }

  [Symbol.dispose](): void {
    this.#time?.[Symbol.dispose]()
  }

  #lost(): LoadEnd | undefined {
    return this.#service.target.exit()
      ? { by: 'target-lost', reason: 'the service ended by itself' }
      : undefined
  }
}
