import { setImmediate as nextTurn } from 'node:timers/promises'
import { systemClock } from '../../clock.ts'
import { type LoopWatch, type Window, watchLoop } from '../../event-loop.ts'
import type { ClientFigures, Sample, Spoiler } from '../../records/index.ts'
import { BEAT_MS, type Beat, Heartbeat } from './heartbeat.ts'
import { type ProcessorTimes, readProcessorTimes, sharesBetween } from './processors.ts'
import { tailOf } from './tail.ts'
import { ThreadTimes } from './thread-times.ts'

/** A collection of garbage that takes longer keeps stamps waiting for longer than a timer may. */
const LONG_GARBAGE_MS = 10
/** A request that goes out so late met another moment than the one that it was meant for. */
const SENT_LATE_MS = 5

export type ClientWatchOptions = {
  /** The run's start on the monotonic clock: what is reported counts from it. */
  readonly runStartMs: number
}

/**
 * Watches this thread and its machine from now until it is disposed: how late the event loop is and why, pauses, clock jumps, garbage,
 * who has the cores.
 */
export class ClientWatch implements Disposable {
  readonly #options: ClientWatchOptions
  readonly #threadTimes = new ThreadTimes()
  readonly #processors: ProcessorTimes | undefined = readProcessorTimes()
  readonly #first: Beat
  readonly #heart: Heartbeat
  readonly #loop: LoopWatch
  readonly #sendings: { readonly sentAtMs: number; readonly lagMs: number }[] = []
  #last: Beat
  #spoiled = 0

  constructor(options: ClientWatchOptions) {
    this.#options = options
    this.#first = this.#look()
    this.#last = this.#first
    this.#heart = new Heartbeat(this.#first)
    this.#loop = watchLoop(BEAT_MS, () => this.#beat())
    process.on('SIGCONT', this.#onContinued)
  }

  /** The sample of a request that has just been completed, with what spoiled it. */
  async marked(sample: Sample): Promise<Sample> {
    const { sentAtMs, sendLagMs, heldBack } = sample
    if (sendLagMs !== undefined && !heldBack) this.#sendings.push({ sentAtMs, lagMs: sendLagMs })
    const spoiledBy = await this.#spoilersOf(sample)
    if (spoiledBy.length === 0) return sample
    this.#spoiled++
    return { ...sample, spoiledBy }
  }

  /** `within`: the time of the run in which requests count; absent: all of it. Pauses and clock jumps always count. */
  read(within: Window = { fromMs: 0, toMs: Number.POSITIVE_INFINITY }): ClientFigures {
    this.#beat()
    const { runStartMs } = this.#options
    const onClock = { fromMs: within.fromMs + runStartMs, toMs: within.toMs + runStartMs }
    const [watchedMs, heart] = [this.#last.atMs - this.#first.atMs, this.#heart]
    const onRun = <T extends { readonly atMs: number }>(one: T): T => ({
      ...one,
      atMs: one.atMs - runStartMs,
    })
    const lateness = heart.latenessMs(onClock)
    const [loopDelayMs, sendLagMs] = [tailOf(lateness), tailOf(this.#sendLags(within))]
    const garbage = this.#loop.garbage().map(({ fromMs, toMs }) => toMs - fromMs)
    const after = readProcessorTimes()
    return {
      watchedMs,
      ...(loopDelayMs && { loopDelayMs }),
      loopDelayMsMax: most(lateness),
      loopUtilization: this.#loop.utilization(),
      ...(sendLagMs && { sendLagMs }),
      gcMs: garbage.reduce((sum, ms) => sum + ms, 0),
      gcMsMax: most(garbage),
      late: heart.lateTimes(onClock),
      ...threadTimes(this.#first, this.#last),
      pauses: heart.pauses.map(onRun),
      clockJumps: heart.clockJumps.map(onRun),
      ...(this.#processors && after && { processors: sharesBetween(this.#processors, after, watchedMs) }),
      spoiled: this.#spoiled,
    }
  }

  [Symbol.dispose](): void {
    this.#loop[Symbol.dispose]()
    process.off('SIGCONT', this.#onContinued)
    this.#threadTimes[Symbol.dispose]()
  }

  readonly #onContinued = (): void => {
    this.#heart.continued(systemClock.monotonicMs())
  }

  #look(): Beat {
    const thread = this.#threadTimes.read()
    return {
      atMs: systemClock.monotonicMs(),
      wallMs: systemClock.now().getTime(),
      ...(thread && { thread }),
    }
  }

  #beat(): void {
    this.#last = this.#look()
    this.#heart.add(this.#last)
  }

  async #spoilersOf(sample: Sample): Promise<readonly Spoiler[]> {
    const { sentAtMs, e2eMs } = sample
    const lagMs = sample.heldBack ? 0 : (sample.sendLagMs ?? 0)
    const atMs = sentAtMs + this.#options.runStartMs
    // From when it was due.
    const flight = { fromMs: atMs - lagMs, toMs: atMs + e2eMs }
    if (lagMs < SENT_LATE_MS && !this.#isSuspicious(flight)) return []
    // The late turn is over with this one; what it was is known in the next.
    await nextTurn()
    if (this.#heart.isOverdue(systemClock.monotonicMs())) this.#beat()
    const long = this.#loop.garbage().filter(({ fromMs, toMs }) => toMs - fromMs >= LONG_GARBAGE_MS)
    return [
      ...(overlaps(flight, this.#pauses()) ? ['paused' as const] : []),
      ...(overlaps(flight, this.#heart.lateTurnsSince(flight.fromMs)) ? ['late-loop' as const] : []),
      ...(overlaps(flight, long) ? ['garbage' as const] : []),
      ...(lagMs >= SENT_LATE_MS ? ['sent-late' as const] : []),
    ]
  }

  #isSuspicious(flight: Window): boolean {
    return (
      this.#heart.isOverdue(systemClock.monotonicMs()) ||
      this.#heart.lateTurnsSince(flight.fromMs).length > 0 ||
      overlaps(flight, this.#pauses())
    )
  }

  /**
   * Of the requests due in the window, whenever they were sent, that neither a cap of ours nor a pause held back: those have causes of
   * their own.
   */
  #sendLags({ fromMs, toMs }: Window): readonly number[] {
    const pauses = this.#pauses()
    return this.#sendings
      .filter(({ sentAtMs, lagMs }) => {
        const [dueAtMs, atMs] = [sentAtMs - lagMs, sentAtMs + this.#options.runStartMs]
        return dueAtMs >= fromMs && dueAtMs <= toMs && !overlaps({ fromMs: atMs - lagMs, toMs: atMs }, pauses)
      })
      .map(({ lagMs }) => lagMs)
  }

  #pauses(): readonly Window[] {
    return this.#heart.pauses.map(({ atMs, ms }) => ({ fromMs: atMs, toMs: atMs + ms + BEAT_MS }))
  }
}

const overlaps = (flight: Window, windows: readonly Window[]): boolean =>
  windows.some(({ fromMs, toMs }) => fromMs < flight.toMs && toMs > flight.fromMs)

const most = (values: readonly number[]): number => values.reduce((one, other) => Math.max(one, other), 0)

function threadTimes({ thread: before }: Beat, { thread: after }: Beat): Pick<ClientFigures, 'thread'> {
  if (!before || !after) return {}
  return { thread: { ranMs: after.ranMs - before.ranMs, waitedMs: after.waitedMs - before.waitedMs } }
}
