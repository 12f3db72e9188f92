import { type Client, createClient } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import type { Boot, EvidenceScope, ServiceAddress, ServiceProfile } from '../records/index.ts'

export type SessionOptions = {
  readonly address: ServiceAddress
  readonly profile: ServiceProfile
  readonly boots: readonly Boot[]
  /** Seeds each check's own chance, together with its id. */
  readonly seed: number
  /** Absent: exchanges are kept of checks that did not hold. */
  readonly evidence?: EvidenceScope
  /** How long a check may take that does not say so itself. */
  readonly checkDeadlineMs: number
  /** End of the run's time budget on `clock`; absent: no budget. */
  readonly deadlineMs?: number
  readonly clock: Clock
  /** Ends the session from outside: the run is interrupted. */
  readonly signal?: AbortSignal
}

/** How many checks in a row may see nothing but silence, or no listener, before the rest is not tried any more. */
const STARVED_LIMIT = 3
const UNREACHABLE_LIMIT = 2

/** What a check saw of the service as a whole: decides whether the next one is worth its time. */
export type Sight = 'answered' | 'starved' | 'unreachable' | 'nothing'

/** One service under judgement: what its checks share. Several sessions may live in one process. */
export class Session implements AsyncDisposable {
  readonly options: SessionOptions
  readonly client: Client
  /** Aborts when the checks are ended from outside: the run is interrupted, or its target is gone. */
  readonly ended: AbortSignal
  readonly #end = new AbortController()
  #starved = 0
  #unreachable = 0

  private constructor(options: SessionOptions, client: Client) {
    this.options = options
    this.client = client
    this.ended = AbortSignal.any([this.#end.signal, ...(options.signal ? [options.signal] : [])])
  }

  /** Throws `config-invalid` for an address that cannot be used and `secret-missing` for a secret that is not there. */
  static async open(options: SessionOptions): Promise<Session> {
    return new Session(options, await createClient(options.address, { profile: options.profile }))
  }

  /** Ends what runs, and keeps what was not run from starting. */
  end(): void {
    this.#end.abort()
  }

  /** Counts what a check saw; only an unbroken row of silence stops the run. */
  saw(sight: Sight): void {
    if (sight === 'nothing') return
    this.#starved = sight === 'starved' ? this.#starved + 1 : 0
    this.#unreachable = sight === 'unreachable' ? this.#unreachable + 1 : 0
  }

  /** Why a check is not run at all; undefined when it is. */
  reasonNotToRun(tags: readonly string[]): string | undefined {
    if (this.ended.aborted) return 'not run: the run was ended before it'
    if (this.leftMs() <= 0) return 'not run, the time budget (--max-seconds) was spent'
    if (this.#unreachable >= UNREACHABLE_LIMIT) return 'not run: the target is gone, nothing listens any more'
    if (this.#starved >= STARVED_LIMIT)
      return `not run: ${STARVED_LIMIT} checks in a row got no answer in time`
    if (this.options.boots.at(-1)?.outcome === 'not-generating' && !tags.includes('smoke'))
      return 'not run: no generation succeeded'
    return undefined
  }

  /** Milliseconds until the run's time budget is spent; below 0 once it is. */
  leftMs(): number {
    const { deadlineMs = Number.POSITIVE_INFINITY, clock } = this.options
    return deadlineMs - clock.monotonicMs()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end()
    await this.client.close()
  }
}
