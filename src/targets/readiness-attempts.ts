import { type Clock, deadline } from '../clock.ts'
import type { BootAttempt, ProbeOutcome } from '../records/index.ts'
import type { Launched } from './launch.ts'
import { pauseMs } from './patience.ts'
import { diedWhileStarting } from './start-errors.ts'
import type { TargetLog } from './target-log.ts'
import { orAbort } from './waiting.ts'

export type AttemptResult = {
  readonly attempt: BootAttempt
  readonly endedAtMs: number
  readonly ok: boolean
  readonly ttftMs?: number | undefined
}

const KEPT_ATTEMPTS = 50

/** Timed attempts at one start, in ms after it. The target's death and the caller's abort end an attempt, and are thrown. */
export class ReadinessAttempts {
  readonly #target: Launched
  readonly #log: TargetLog
  readonly #clock: Clock
  readonly #caller: AbortSignal | undefined
  readonly #over: AbortSignal
  readonly #startedAtMs: number
  readonly #attempts: BootAttempt[] = []

  constructor(
    target: Launched,
    { log, clock, signal }: { log: TargetLog; clock: Clock; signal?: AbortSignal | undefined },
  ) {
    this.#target = target
    this.#log = log
    this.#clock = clock
    this.#caller = signal
    this.#over = AbortSignal.any([
      ...(signal ? [signal] : []),
      ...(target.state === 'started' ? [target.process.ended] : []),
    ])
    this.#startedAtMs = target.state === 'started' ? target.process.startedAtMs : clock.monotonicMs()
  }

  get nowMs(): number {
    return this.#clock.monotonicMs() - this.#startedAtMs
  }

  /** The last ones, newest last. */
  get kept(): readonly BootAttempt[] {
    return [...this.#attempts]
  }

  async attempt(
    what: BootAttempt['what'],
    deadlineMs: number,
    ask: (signal: AbortSignal) => Promise<ProbeOutcome>,
  ): Promise<AttemptResult> {
    this.#throwIfOver(what)
    const atMs = this.nowMs
    const outcome = await this.#askWithin(deadlineMs, ask)
    this.#throwIfOver(what)
    const endedAtMs = this.nowMs
    const attempt: BootAttempt = { atMs, what, tookMs: endedAtMs - atMs, ...failureOf(outcome) }
    this.#attempts.push(attempt)
    if (this.#attempts.length > KEPT_ATTEMPTS) this.#attempts.shift()
    return { ok: outcome.ok, ttftMs: outcome.ok ? outcome.ttftMs : undefined, attempt, endedAtMs }
  }

  /** Ends early, and quietly, when the target dies or the caller aborts: the next attempt throws for it. */
  async pause(waitedMs: number): Promise<void> {
    await this.#clock.sleep(pauseMs(waitedMs), this.#over).catch(() => {})
  }

  async #askWithin(
    deadlineMs: number,
    ask: (signal: AbortSignal) => Promise<ProbeOutcome>,
  ): Promise<ProbeOutcome> {
    using late = deadline(this.#clock, deadlineMs)
    const signal = AbortSignal.any([this.#over, late.signal])
    const asked = ask(signal)
    try {
      return await orAbort(asked, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      // Whatever it still says comes too late to count.
      asked.catch(() => {})
      return {
        ok: false,
        failure: 'timeout',
        message: `no answer within ${(deadlineMs / 1_000).toFixed(1)} s`,
      }
    }
  }

  #throwIfOver(what: BootAttempt['what']): void {
    this.#caller?.throwIfAborted()
    if (this.#target.state === 'found' || !this.#target.process.ended.aborted) return
    const exit = this.#target.process.exit()
    if (exit) throw diedWhileStarting(this.#target, exit, what, this.#log.tail(20))
  }
}

function failureOf(outcome: ProbeOutcome): Partial<BootAttempt> {
  if (outcome.ok) return {}
  const { ok: _, ...failed } = outcome
  return failed
}
