import type { Clock } from '../clock.ts'
import type { Boot, BootAttempt, Probe, ProbeOutcome } from '../records/index.ts'
import { firstUrl } from './address.ts'
import { diedWhileStarting, lockedOut, notReady, unreachable } from './boot-errors.ts'
import type { Launched } from './launch.ts'
import {
  GENERATION_MS,
  isAbsent,
  isNobodyThere,
  LOOK_MS,
  patience,
  pauseMs,
  UNANSWERED_MS,
  UNHEALTHY_MS,
  UNREACHABLE_MS,
} from './patience.ts'
import { lookAtPort } from './port.ts'
import type { TargetLog } from './target-log.ts'
import { orAbort } from './waiting.ts'

export type ReadinessOptions = {
  readonly index: number
  readonly probe: Probe
  readonly clock: Clock
  readonly log: TargetLog
  readonly readyTimeoutMs: number
  readonly firstAnswerTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onPhase?: ((text: string) => void) | undefined
}

type Phase = BootAttempt['what']
type Look = (signal: AbortSignal) => Promise<ProbeOutcome>
type HealthWord = 'yes' | 'absent' | 'no'

const KEPT_ATTEMPTS = 50

/**
 * Waits until the service has generated: port → health → generation. Ends with a `Boot` when it generates or is known not
 * to; throws when that cannot be found out (it died, was never ready, cannot be reached, or the signal aborted).
 */
export function waitUntilGenerating(target: Launched, options: ReadinessOptions): Promise<Boot> {
  return new ReadinessWait(target, options).run()
}

class ReadinessWait {
  readonly #target: Launched
  readonly #options: ReadinessOptions
  readonly #startedAtMs: number
  readonly #signal: AbortSignal
  readonly #attempts: BootAttempt[] = []
  readonly #failedGenerations: BootAttempt[] = []
  #last: BootAttempt | undefined
  #phases: Pick<Boot, 'portMs' | 'healthMs' | 'firstGenerationMs' | 'firstTokenMs' | 'firstAfterHealth'> = {}

  constructor(target: Launched, options: ReadinessOptions) {
    this.#target = target
    this.#options = options
    this.#startedAtMs = target.state === 'started' ? target.process.startedAtMs : options.clock.monotonicMs()
    this.#signal = AbortSignal.any([
      ...(options.signal ? [options.signal] : []),
      ...(target.state === 'started' ? [target.process.ended] : []),
    ])
  }

  async run(): Promise<Boot> {
    await this.#waitForPort()
    const health = await this.#waitForHealth()
    return this.#waitForGeneration(health)
  }

  async #waitForPort(): Promise<void> {
    const url = firstUrl(this.#target.address)
    if (!url) return
    this.#say(`waiting for ${url.host}`)
    for (;;) {
      const look = await this.#look('port', LOOK_MS, (signal) => lookAtPort(url, signal))
      if (look.ok) return this.#reach({ portMs: look.endedAtMs })
      await this.#pauseBeforeReady('port')
    }
  }

  async #waitForHealth(): Promise<HealthWord> {
    this.#say('port open, waiting for health')
    const { address } = this.#target
    for (;;) {
      const look = await this.#look('health', LOOK_MS, (signal) =>
        this.#options.probe.health(address, signal),
      )
      if (look.ok) {
        this.#reach({ healthMs: look.endedAtMs })
        return 'yes'
      }
      if (isAbsent(look.attempt)) return 'absent'
      if (this.#isFound && look.endedAtMs >= UNHEALTHY_MS && !isNobodyThere(look.attempt)) return 'no'
      await this.#pauseBeforeReady('health')
    }
  }

  async #waitForGeneration(health: HealthWord): Promise<Boot> {
    this.#say(`${SAID[health]}, waiting for the first good generation`)
    const { address } = this.#target
    const sinceMs = this.#nowMs
    const giveUpAtMs = this.#giveUpAt(sinceMs)
    for (;;) {
      const deadlineMs = Math.max(1_000, Math.min(GENERATION_MS, giveUpAtMs - this.#nowMs))
      const look = await this.#look('generate', deadlineMs, (signal) =>
        this.#options.probe.generate(address, signal),
      )
      if (health === 'yes' && !this.#phases.firstAfterHealth)
        this.#phases = {
          ...this.#phases,
          firstAfterHealth: { ...look.attempt, afterHealthMs: look.attempt.atMs - sinceMs },
        }
      if (look.ok) {
        this.#reach({
          firstGenerationMs: look.endedAtMs,
          ...(look.ttftMs === undefined ? {} : { firstTokenMs: look.attempt.atMs + look.ttftMs }),
        })
        this.#say('generating')
        return this.#boot('generating')
      }
      this.#failedGenerations.push(look.attempt)
      if (this.#isHopeless(health, sinceMs, giveUpAtMs))
        return this.#notGenerating(health, look.attempt, sinceMs)
      await this.#pause(this.#nowMs - sinceMs)
    }
  }

  #isHopeless(health: HealthWord, sinceMs: number, giveUpAtMs: number): boolean {
    const last = this.#failedGenerations.at(-1)
    const atMs = this.#nowMs
    const word = patience(this.#failedGenerations, { sinceMs, giveUpAtMs, atMs, found: this.#isFound })
    if (last && word === 'locked-out') throw lockedOut(this.#target, last)
    if (last && word === 'unreachable') throw unreachable(this.#target, last)
    // A started server without a health route may still be putting its routes up: only time tells.
    const mayBeStarting = !this.#isFound && health === 'absent' && atMs < giveUpAtMs
    return word === 'give-up' && !mayBeStarting
  }

  #notGenerating(health: HealthWord, last: BootAttempt, sinceMs: number): Boot {
    const tries = this.#failedGenerations.length
    const lasted = seconds(this.#nowMs - sinceMs)
    const said = `${last.status === undefined ? '' : `HTTP ${last.status}, `}${last.failure}: ${last.message}`
    const reason = `${SAID[health]}, but no generation succeeded in ${lasted} (${tries} tried); the last ended with ${said}`
    this.#say(`not generating: ${reason}`)
    return { ...this.#boot('not-generating'), reason }
  }

  #boot(outcome: Boot['outcome']): Boot {
    return {
      index: this.#options.index,
      origin: this.#target.state,
      outcome,
      ...this.#phases,
      attempts: [...this.#attempts],
    }
  }

  /** One timed attempt. The target's death and the caller's abort end it, and are thrown. */
  async #look(what: Phase, deadlineMs: number, look: Look) {
    this.#throwIfOver(what)
    const atMs = this.#nowMs
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(Math.ceil(deadlineMs))])
    const asked = look(signal)
    const outcome = await orAbort(asked, signal).catch((error: unknown): ProbeOutcome => {
      if (!signal.aborted) throw error
      asked.catch(() => {})
      return { ok: false, failure: 'timeout', message: `no answer within ${seconds(deadlineMs)}` }
    })
    this.#throwIfOver(what)
    const endedAtMs = this.#nowMs
    const failure = outcome.ok
      ? {}
      : {
          failure: outcome.failure,
          message: outcome.message,
          ...(outcome.status === undefined ? {} : { status: outcome.status }),
        }
    const attempt: BootAttempt = { atMs, what, tookMs: endedAtMs - atMs, ...failure }
    this.#last = attempt
    this.#attempts.push(attempt)
    if (this.#attempts.length > KEPT_ATTEMPTS) this.#attempts.shift()
    return { ok: outcome.ok, ttftMs: outcome.ok ? outcome.ttftMs : undefined, attempt, endedAtMs }
  }

  #throwIfOver(what: Phase): void {
    this.#options.signal?.throwIfAborted()
    const exit =
      this.#target.state === 'started' && this.#target.process.ended.aborted
        ? this.#target.process.exit()
        : undefined
    if (exit) throw diedWhileStarting(this.#target, exit, what, this.#options.log.tail(20))
  }

  async #pauseBeforeReady(what: 'port' | 'health'): Promise<void> {
    const last = this.#last
    const waitedMs = this.#nowMs
    if (last && this.#isFound && isNobodyThere(last) && waitedMs >= UNREACHABLE_MS)
      throw unreachable(this.#target, last)
    if (last && this.#isFound && what === 'port' && waitedMs >= UNREACHABLE_MS)
      throw unreachable(this.#target, last)
    if (last && waitedMs >= this.#options.readyTimeoutMs)
      throw notReady(this.#target, what, waitedMs, last, this.#options.log.tail(20))
    await this.#pause(waitedMs)
  }

  /** Ends early, and quietly, when the target dies or the caller aborts: the next look throws for it. */
  async #pause(waitedMs: number): Promise<void> {
    await this.#options.clock.sleep(pauseMs(waitedMs), this.#signal).catch(() => {})
  }

  /** Never later than the whole start may take, but a service that was healthy at the last moment gets 5 s to answer. */
  #giveUpAt(sinceMs: number): number {
    const { firstAnswerTimeoutMs = UNANSWERED_MS, readyTimeoutMs } = this.#options
    return Math.max(Math.min(sinceMs + firstAnswerTimeoutMs, readyTimeoutMs), sinceMs + 5_000)
  }

  /** A found service has no start, so it has no phases after it. */
  #reach(phases: Partial<Boot>): void {
    if (!this.#isFound) this.#phases = { ...this.#phases, ...phases }
  }

  get #isFound(): boolean {
    return this.#target.state === 'found'
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicMs() - this.#startedAtMs
  }

  #say(text: string): void {
    this.#options.onPhase?.(text)
  }
}

const SAID: Readonly<Record<HealthWord, string>> = {
  yes: 'health said yes',
  absent: 'the service has no health route',
  no: 'health said no',
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
