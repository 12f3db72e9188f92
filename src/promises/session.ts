import { type Client, createClient } from '../client/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { SuiteContext } from './context.ts'

/** How many checks in a row may see nothing but silence, or no listener, before the rest is not tried any more. */
const STARVED_LIMIT = 3
const UNREACHABLE_LIMIT = 2

/** What a check saw of the service as a whole: decides whether the next one is worth its time. */
export type Sight = 'answered' | 'starved' | 'unreachable' | 'nothing'

/** What the checks of one run share; it outlives each suite file. */
export class Session {
  readonly context: SuiteContext
  readonly clock: Clock
  /** Aborts when the run is ended from outside: interrupted, or its target is gone. */
  readonly ended: AbortSignal
  #client: Promise<Client> | undefined
  #starved = 0
  #unreachable = 0

  constructor(context: SuiteContext, clock: Clock = systemClock) {
    this.context = context
    this.clock = clock
    this.ended = watch(context.ended)
  }

  client(): Promise<Client> {
    this.#client ??= createClient(this.context.address, { profile: this.context.profile })
    return this.#client
  }

  /** Counts what a check saw; only an unbroken row of silence stops the run. */
  saw(sight: Sight): void {
    if (sight === 'nothing') return
    this.#starved = sight === 'starved' ? this.#starved + 1 : 0
    this.#unreachable = sight === 'unreachable' ? this.#unreachable + 1 : 0
  }

  /** Why a check is not run at all; undefined when it is. */
  reasonNotToRun(tags: readonly string[]): string | undefined {
    const { deadlineAtEpochMs, boots } = this.context
    if (this.ended.aborted) return 'not run: the run was ended before it'
    if (deadlineAtEpochMs !== undefined && this.clock.now().getTime() >= deadlineAtEpochMs)
      return 'not run, the time budget (--max-seconds) was spent'
    if (this.#unreachable >= UNREACHABLE_LIMIT) return 'not run: the target is gone, nothing listens any more'
    if (this.#starved >= STARVED_LIMIT)
      return `not run: ${STARVED_LIMIT} checks in a row got no answer in time`
    if (boots.at(-1)?.outcome === 'not-generating' && !tags.includes('smoke'))
      return 'not run: no generation succeeded'
    return undefined
  }

  /** Milliseconds until the run's time budget is spent. */
  leftMs(): number {
    const { deadlineAtEpochMs = Number.POSITIVE_INFINITY } = this.context
    return Math.max(1, deadlineAtEpochMs - this.clock.now().getTime())
  }

  async close(): Promise<void> {
    await (await this.#client)?.close()
  }
}

/** Aborts once the number that both threads see is not 0 any more. */
function watch(ended: SuiteContext['ended']): AbortSignal {
  const controller = new AbortController()
  if (ended === undefined) return controller.signal
  const { async, value } = Atomics.waitAsync(ended, 0, 0)
  if (async) void value.then(() => controller.abort())
  else controller.abort()
  return controller.signal
}

// On the process, not in a module: each suite file may load its own copy of this one.
const SESSION = Symbol.for('infergate.session')
const holder = globalThis as { [SESSION]?: Session }

/** The session of this worker; the first caller's context counts. */
export const sessionFor = (context: SuiteContext): Session => {
  holder[SESSION] ??= new Session(context)
  return holder[SESSION]
}
