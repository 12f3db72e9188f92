import { type Client, createClient, type Traffic } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import type { Boot, EvidenceScope, ServiceAddress, ServiceProfile } from '../records/index.ts'
import { Pulse } from './pulse.ts'

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
  /** How long a plain generation may take before the service counts as wedged; absent: a minute, more where it is slow. */
  readonly wedgedAfterMs?: number
  /** End of the run's time budget on `clock`, as it stands when it is asked for; absent: no budget. */
  readonly deadlineMs?: () => number
  readonly clock: Clock
  /** What each check may take at the pace of this service, by its id; absent: `checkDeadlineMs` is enough for all. */
  readonly expectedMs?: (id: string) => number
  /** What all requests of the run pass through. */
  readonly traffic?: Traffic
  /** Ends the session from outside: the run is interrupted. */
  readonly signal?: AbortSignal
}

/** One service under judgement: what its checks share. Several sessions may live in one process. */
export class Session implements AsyncDisposable {
  readonly options: SessionOptions
  readonly client: Client
  /** Aborts when the checks are ended from outside: the run is interrupted, or its target is gone. */
  readonly ended: AbortSignal
  /** Whether the service still answers at all. */
  readonly pulse: Pulse
  readonly #end = new AbortController()

  private constructor(options: SessionOptions, client: Client) {
    this.options = options
    this.client = client
    this.ended = AbortSignal.any([this.#end.signal, ...(options.signal ? [options.signal] : [])])
    const { profile, boots, wedgedAfterMs: answerMs } = options
    this.pulse = new Pulse({
      ...{ client, profile, ended: this.ended, leftMs: () => this.leftMs() },
      hasGenerated: boots.at(-1)?.outcome !== 'not-generating',
      ...(answerMs !== undefined && { answerMs }),
    })
  }

  /** Throws `config-invalid` for an address that cannot be used and `secret-missing` for a secret that is not there. */
  static async open(options: SessionOptions): Promise<Session> {
    const { address, profile, traffic } = options
    return new Session(options, await createClient(address, { profile, ...(traffic && { traffic }) }))
  }

  /** Ends what runs, and keeps what was not run from starting. */
  end(): void {
    this.#end.abort()
  }

  /** Why a check is not run at all; undefined when it is. */
  async reasonNotToRun(tags: readonly string[]): Promise<string | undefined> {
    const stopped = await this.pulse.stopped()
    if (this.ended.aborted) return 'not run: the run was ended before it'
    if (this.leftMs() <= 0) return 'not run, the time budget (--max-seconds) was spent'
    if (stopped !== undefined) return `not run: ${stopped}`
    if (this.options.boots.at(-1)?.outcome === 'not-generating' && !tags.includes('smoke'))
      return 'not run: no generation succeeded'
    return undefined
  }

  /** Milliseconds until the run's time budget is spent; below 0 once it is. */
  leftMs(): number {
    const { deadlineMs = () => Number.POSITIVE_INFINITY, clock } = this.options
    return deadlineMs() - clock.monotonicMs()
  }

  /** How long a check may take where the service is slow; 0 where nothing is known of that. */
  expectedMs(id: string): number {
    return this.options.expectedMs?.(id) ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end()
    await this.client.close()
  }
}
