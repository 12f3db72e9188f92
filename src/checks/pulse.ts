import type { Client } from '../client/index.ts'
import { fresh, PROBE } from '../promises/index.ts'
import type { Generation, ServiceProfile } from '../records/index.ts'

/** What a check saw of the service as a whole. `silent`: the last generation that it waited for never came. */
export type Sight = 'answered' | 'silent' | 'unreachable' | 'nothing'

/** Why nothing more is asked of a service. */
export type Stopped = { readonly says: string; readonly cause: string }

export type PulseOptions = {
  readonly client: Client
  /** How long a plain generation may take before its service counts as wedged; of a slow service, many times its usual. */
  readonly answerMs?: number
  /** False where no generation ever succeeded: silence is no news there. */
  readonly hasGenerated: boolean
  readonly profile: ServiceProfile
  /** Milliseconds until the run's time is spent. */
  readonly leftMs: () => number
  /** Aborts when the run is ended: nothing is learnt by then. */
  readonly ended: AbortSignal
}

const ANSWER_MS = 60_000
const PACES = 20
/** Less time than this tells nothing of a service that checks before it kept busy. */
const LEAST_MS = 20_000
const HEALTH_MS = 5_000
const UNREACHABLE_LIMIT = 2

/**
 * Whether the service still answers at all. Where a check ends in silence one plain generation is asked for: if it comes, the
 * silence was the check's own; if not, the service is wedged since that check.
 */
export class Pulse {
  readonly #options: PulseOptions
  #looking: Promise<string | undefined> | undefined
  #wedged: Stopped | undefined
  #lastAnswered: string | undefined
  #gone: { readonly since: string; times: number } | undefined

  constructor(options: PulseOptions) {
    this.#options = options
  }

  /** Why nothing more is asked; waits for the look that is under way. */
  async stopped(): Promise<string | undefined> {
    await this.#looking
    if (this.#wedged) return this.#wedged.cause
    if (this.#gone && this.#gone.times >= UNREACHABLE_LIMIT)
      return `the target is gone, nothing listens any more since ${this.#gone.since}`
    return undefined
  }

  /** What a check saw; why it fails, where it is the one since which the service is wedged. */
  async saw(id: string, sight: Sight): Promise<Stopped | undefined> {
    if (sight === 'nothing') return undefined
    if (sight === 'unreachable')
      this.#gone = { since: this.#gone?.since ?? id, times: (this.#gone?.times ?? 0) + 1 }
    else this.#gone = undefined
    if (sight === 'silent') return await this.#silenceIn(id)
    if (sight === 'answered' && !this.#wedged) this.#lastAnswered = id
    return undefined
  }

  async #silenceIn(id: string): Promise<Stopped | undefined> {
    this.#looking ??= this.#look()
    const silence = await this.#looking
    this.#looking = undefined
    if (silence === undefined) return undefined
    const before =
      this.#lastAnswered === undefined ? '' : `; the last that it answered is ${this.#lastAnswered}`
    const cause = `wedged since ${id}`
    this.#wedged ??= { says: `the service is ${cause}: ${silence}${before}`, cause }
    return this.#wedged
  }

  /** Undefined where the service answers, or where there is no time to tell. */
  async #look(): Promise<string | undefined> {
    const { client, profile, leftMs, ended, answerMs = ANSWER_MS, hasGenerated } = this.#options
    const timeoutMs = Math.min(leftMs(), Math.max(answerMs, PACES * (profile.pace?.answerMs ?? 0)))
    if (!hasGenerated || timeoutMs < Math.min(LEAST_MS, answerMs)) return undefined
    const answer = await client.generate(fresh(PROBE), { timeoutMs, signal: ended })
    if (ended.aborted || !isSilent(answer)) return undefined
    return `health says ${await this.#health()}, a generation got no answer in ${Math.round(timeoutMs / 100) / 10} s`
  }

  async #health(): Promise<string> {
    const { client, ended } = this.#options
    if (!client.has('health')) return 'nothing (it has none)'
    const health = await client.call('health', { timeoutMs: HEALTH_MS, signal: ended })
    const { received } = health
    return received ? `HTTP ${received.status}` : `nothing in ${HEALTH_MS / 1_000} s`
  }
}

const isSilent = (answer: Generation): boolean => answer.outcome === 'failed' && answer.failure === 'timeout'
