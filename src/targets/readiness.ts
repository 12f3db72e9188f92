import type { Clock } from '../clock.ts'
import { mayBeProxied } from '../proxies.ts'
import type { Boot, BootAttempt, Probe } from '../records/index.ts'
import { firstUrl } from './address.ts'
import type { Launched } from './launch.ts'
import {
  ATTEMPT_MS,
  generationMs,
  giveUpAtMs,
  isLockedOut,
  isNobodyThere,
  patience,
  UNHEALTHY_MS,
  UNREACHABLE_MS,
} from './patience.ts'
import { probePort } from './port.ts'
import { type AttemptResult, ReadinessAttempts } from './readiness-attempts.ts'
import { lockedOut, notReady, unreachable } from './start-errors.ts'
import type { StartPhases } from './start-phases.ts'
import type { TargetLog } from './target-log.ts'

export type ReadinessOptions = {
  readonly index: number
  readonly probe: Probe
  readonly clock: Clock
  readonly log: TargetLog
  readonly readyTimeoutMs: number
  readonly firstAnswerTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly phases: StartPhases
}

/** What health said when generations began to be asked for. */
type HealthWord = 'yes' | 'absent' | 'closed' | 'no'

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
  readonly #attempts: ReadinessAttempts
  readonly #failedGenerations: BootAttempt[] = []
  #reached: Partial<Boot> = {}

  constructor(target: Launched, options: ReadinessOptions) {
    this.#target = target
    this.#options = options
    this.#attempts = new ReadinessAttempts(target, options)
  }

  async run(): Promise<Boot> {
    await this.#waitForPort()
    const health = await this.#waitForHealth()
    return this.#waitForGeneration(health)
  }

  async #waitForPort(): Promise<void> {
    const url = firstUrl(this.#target.address)
    if (!url || (this.#target.state === 'found' && mayBeProxied(url, process.env))) return
    const isForwarded = this.#target.state === 'started' && this.#target.isForwarded === true
    this.#options.phases.begin(`waiting for ${url.host} to open`)
    for (;;) {
      const result = await this.#attempts.attempt('port', ATTEMPT_MS, (signal) =>
        probePort(url, signal, { clock: this.#options.clock, isForwarded }),
      )
      if (result.ok) return this.#reach({ portMs: result.endedAtMs })
      await this.#goOn(result, true)
    }
  }

  async #waitForHealth(): Promise<HealthWord> {
    this.#options.phases.begin('port open, waiting for health')
    const ask = (signal: AbortSignal) => this.#options.probe.health(this.#target.address, signal)
    for (;;) {
      const result = await this.#attempts.attempt('health', ATTEMPT_MS, ask)
      if (result.ok) {
        this.#reach({ healthMs: result.endedAtMs })
        return 'yes'
      }
      if (result.attempt.routeAbsent) return 'absent'
      // Who may not ask for health may still ask for answers.
      if (isLockedOut(result.attempt)) return 'closed'
      const nobody = isNobodyThere(result.attempt)
      if (this.#isFound && result.endedAtMs >= UNHEALTHY_MS && !nobody) return 'no'
      if (!nobody && (await this.#wakesWhenAsked(result.endedAtMs))) return 'no'
      await this.#goOn(result, nobody)
    }
  }

  /** At the end of its time, a server whose health waits for somebody to generate: it is judged for that, not given up. */
  async #wakesWhenAsked(endedAtMs: number): Promise<boolean> {
    const { readyTimeoutMs, firstAnswerTimeoutMs, probe } = this.#options
    if (this.#isFound || endedAtMs < readyTimeoutMs) return false
    const ask = (signal: AbortSignal) => probe.generate(this.#target.address, signal)
    return (await this.#attempts.attempt('generate', generationMs(firstAnswerTimeoutMs), ask)).ok
  }

  /** Pauses before the next attempt at the port or for health; throws when the time for it is over. */
  async #goOn({ attempt, endedAtMs }: AttemptResult, nobody: boolean): Promise<void> {
    if (this.#isFound && nobody && endedAtMs >= UNREACHABLE_MS) throw unreachable(this.#target, attempt)
    if (endedAtMs >= this.#options.readyTimeoutMs)
      throw notReady(this.#target, attempt, endedAtMs, this.#options.log.tail(20))
    await this.#attempts.pause(endedAtMs)
  }

  async #waitForGeneration(health: HealthWord): Promise<Boot> {
    this.#options.phases.begin(`${SAID[health]}, waiting for the first good generation`)
    const ask = (signal: AbortSignal) => this.#options.probe.generate(this.#target.address, signal)
    const sinceMs = this.#attempts.nowMs
    const untilMs = giveUpAtMs(sinceMs, this.#options)
    const limitMs = generationMs(this.#options.firstAnswerTimeoutMs)
    for (;;) {
      const deadlineMs = Math.max(1_000, Math.min(limitMs, untilMs - this.#attempts.nowMs))
      const result = await this.#attempts.attempt('generate', deadlineMs, ask)
      this.#noteFirst(result.attempt, health, sinceMs)
      if (result.ok) return this.#generating(result)
      this.#failedGenerations.push(result.attempt)
      if (this.#isHopeless(result.attempt, health, sinceMs, untilMs))
        return this.#notGenerating(result.attempt, health, sinceMs)
      await this.#attempts.pause(result.endedAtMs - sinceMs)
    }
  }

  /** The generation that proves or refutes a health that says yes. */
  #noteFirst(attempt: BootAttempt, health: HealthWord, sinceMs: number): void {
    // A found service became healthy at some other time, perhaps with no container warm: nothing is proved or refuted.
    if (this.#isFound || health !== 'yes' || this.#reached.firstAfterHealth) return
    const firstAfterHealth = { ...attempt, afterHealthMs: attempt.atMs - sinceMs }
    this.#reached = { ...this.#reached, firstAfterHealth }
  }

  #isHopeless(last: BootAttempt, health: HealthWord, sinceMs: number, untilMs: number): boolean {
    const atMs = this.#attempts.nowMs
    const found = this.#isFound
    const word = patience(this.#failedGenerations, { sinceMs, giveUpAtMs: untilMs, atMs, found })
    if (word === 'locked-out') throw lockedOut(this.#target, last)
    if (word === 'unreachable') throw unreachable(this.#target, last)
    // A started server whose health says nothing to us may still be putting its routes up: only time tells.
    const isSilent = health === 'absent' || health === 'closed'
    const mayBeStarting = !found && isSilent && atMs < untilMs
    return word === 'give-up' && !mayBeStarting
  }

  #generating({ attempt, endedAtMs, ttftMs }: AttemptResult): Boot {
    this.#reach({
      firstGenerationMs: endedAtMs,
      ...(ttftMs === undefined ? {} : { firstTokenMs: attempt.atMs + ttftMs }),
    })
    this.#options.phases.begin('generating')
    return this.#boot('generating')
  }

  #notGenerating(last: BootAttempt, health: HealthWord, sinceMs: number): Boot {
    const tries = this.#failedGenerations.length
    const lasted = ((this.#attempts.nowMs - sinceMs) / 1_000).toFixed(1)
    const said = `${last.status === undefined ? '' : `HTTP ${last.status}, `}${last.failure}: ${last.message}`
    const reason = `${SAID[health]}, but no generation succeeded in ${lasted} s (${tries} tried); the last ended with ${said}`
    this.#options.phases.begin(`not generating: ${reason}`)
    return { ...this.#boot('not-generating'), reason }
  }

  #boot(outcome: Boot['outcome']): Boot {
    const { index } = this.#options
    return { index, origin: this.#target.state, outcome, ...this.#reached, attempts: this.#attempts.kept }
  }

  /** A found service has no start, so it has no phases after it. */
  #reach(phases: Partial<Boot>): void {
    if (!this.#isFound) this.#reached = { ...this.#reached, ...phases }
  }

  get #isFound(): boolean {
    return this.#target.state === 'found'
  }
}

const SAID: Readonly<Record<HealthWord, string>> = {
  yes: 'health said yes',
  absent: 'the service has no health route',
  closed: 'its health is closed to us',
  no: 'health said no',
}
