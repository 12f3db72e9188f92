import type { Window } from '../../event-loop.ts'
import type { ClockJump, Pause, TurnTimes } from '../../records/index.ts'

/** What is seen at one turn of a timer. Milliseconds, each on its own origin. */
export type Beat = {
  readonly atMs: number
  readonly wallMs: number
  /** How long this thread has run and waited for a core since it began; absent where the system does not say. */
  readonly thread?: { readonly ranMs: number; readonly waitedMs: number }
}

const ALWAYS: Window = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }

export const BEAT_MS = 10
/** A turn that came so much too late is late: shorter is what timers and schedulers do everywhere. */
const LATE_MS = 5
/** Neither run nor waited for so long: stopped or frozen. A disk may hold a thread up for less, unless a signal tells. */
const [STOOD_MS, STOPPED_MS] = [500, 100]
/** Clocks are slewed by at most 0.5 ms/s (adjtimex(2)); what moves further within a beat has jumped. */
const JUMP_MS = 50

/** A signal says that it is over soon after. */
const CONTINUED_WITHIN_MS = 100

/** Beats of a timer that is due each `BEAT_MS`, and what their gaps tell. Pure. */
export class Heartbeat {
  #last: Beat
  readonly #gaps: Gap[] = []
  readonly #stood: Gap[] = []
  readonly #continuedAtMs: number[] = []
  readonly #jumps: ClockJump[] = []

  constructor(first: Beat) {
    this.#last = first
  }

  /** A beat right after another one tells nothing. */
  add(beat: Beat): void {
    const gap = gapOf(this.#last, beat)
    if (gap.ms < BEAT_MS / 2) return
    const byMs = beat.wallMs - this.#last.wallMs - gap.ms
    if (Math.abs(byMs) >= JUMP_MS) this.#jumps.push({ atMs: beat.atMs, byMs })
    if (gap.stoodMs >= STOPPED_MS) this.#stood.push(gap)
    else this.#gaps.push(gap)
    this.#last = beat
  }

  /** A signal let the process go on. */
  continued(atMs: number): void {
    this.#continuedAtMs.push(atMs)
  }

  get pauses(): readonly Pause[] {
    return this.#stood
      .filter((gap) => this.#isPause(gap))
      .map((gap) => ({
        ...{ atMs: gap.fromMs, ms: gap.stoodMs },
        ...(this.#isBySignal(gap) && { bySignal: true as const }),
      }))
  }

  get clockJumps(): readonly ClockJump[] {
    return this.#jumps
  }

  /**
   * By how much a callback that was due came too late, for each moment in which one may have been due: in a gap of 100 ms one of ten
   * waited 90 ms, the next 80, and so on; to count the gap once would hide that it was long (coordinated omission).
   */
  latenessMs(within: Window = ALWAYS): readonly number[] {
    return this.#turns(within).flatMap((gap) => {
      const lateMs = Math.max(0, gap.ms - BEAT_MS)
      const moments = Array.from({ length: 1 + Math.floor(lateMs / BEAT_MS) }, (_, i) => lateMs - i * BEAT_MS)
      return moments.filter((late) => gap.toMs - late >= within.fromMs && gap.toMs - late <= within.toMs)
    })
  }

  /** Where the time of late turns went. */
  lateTimes(within: Window = ALWAYS): TurnTimes {
    const late = this.#turns(within).filter(({ ms }) => ms - BEAT_MS >= LATE_MS)
    const sum = (of: (gap: Gap) => number) => late.reduce((all, gap) => all + of(gap), 0)
    return {
      ranMs: sum(({ ranMs }) => ranMs),
      waitedMs: sum(({ waitedMs }) => waitedMs),
      stoodMs: sum(({ stoodMs }) => stoodMs),
    }
  }

  /** Turns of the loop that were late by a beat and more and ended after a moment. */
  lateTurnsSince(fromMs: number): readonly Window[] {
    const first = this.#gaps.findLastIndex((gap) => gap.toMs < fromMs) + 1
    const stood = this.#stood.filter((gap) => !this.#isPause(gap))
    return [...this.#gaps.slice(first), ...stood]
      .filter(({ ms, toMs }) => ms - BEAT_MS >= BEAT_MS && toMs >= fromMs)
      .map((gap) => ({ fromMs: gap.fromMs + BEAT_MS, toMs: gap.toMs }))
  }

  /** Whether the turn that is still to come is late already. */
  isOverdue(nowMs: number): boolean {
    return nowMs - this.#last.atMs >= 2 * BEAT_MS
  }

  /** A turn may have begun before the window and outlast it: the longest ones do. */
  #turns({ fromMs, toMs }: Window): readonly Gap[] {
    const all = [...this.#gaps, ...this.#stood.filter((gap) => !this.#isPause(gap))]
    return all.filter((gap) => gap.toMs >= fromMs && gap.fromMs <= toMs)
  }

  #isPause(gap: Gap): boolean {
    return gap.stoodMs >= STOOD_MS || this.#isBySignal(gap)
  }

  #isBySignal({ fromMs, toMs }: Gap): boolean {
    return this.#continuedAtMs.some((atMs) => atMs >= fromMs && atMs <= toMs + CONTINUED_WITHIN_MS)
  }
}

type Gap = TurnTimes & Window & { readonly ms: number }

/** What is neither work nor a wait, nor the sleep until the beat was due, is standing still. */
function gapOf(last: Beat, beat: Beat): Gap {
  const [fromMs, toMs] = [last.atMs, beat.atMs]
  const ms = toMs - fromMs
  const [ranMs, waitedMs] =
    last.thread && beat.thread
      ? [beat.thread.ranMs - last.thread.ranMs, beat.thread.waitedMs - last.thread.waitedMs]
      : [0, 0]
  return { fromMs, toMs, ms, ranMs, waitedMs, stoodMs: Math.max(0, ms - BEAT_MS - ranMs - waitedMs) }
}
