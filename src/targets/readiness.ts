import type { Clock } from '../clock.ts'
import type { Boot, BootAttempt, Probe } from '../records/index.ts'
import { firstUrl } from './address.ts'
import { lockedOut, notReady, unreachable } from './boot-errors.ts'
import type { Launched } from './launch.ts'
import { type Look, Looks } from './looks.ts'
import {
  generationMs,
  giveUpAtMs,
  isAbsent,
  isNobodyThere,
  LOOK_MS,
  patience,
  UNHEALTHY_MS,
  UNREACHABLE_MS,
} from './patience.ts'
import { lookAtPort } from './port.ts'
import type { TargetLog } from './target-log.ts'

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

/** What health said when generations began to be asked for. */
type HealthWord = 'yes' | 'absent' | 'no'

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
  readonly #looks: Looks
  readonly #failedGenerations: BootAttempt[] = []
  #phases: Partial<Boot> = {}

  constructor(target: Launched, options: ReadinessOptions) {
    this.#target = target
    this.#options = options
    this.#looks = new Looks(target, options)
  }

  async run(): Promise<Boot> {
    await this.#waitForPort()
    const health = await this.#waitForHealth()
    return this.#waitForGeneration(health)
  }

  async #waitForPort(): Promise<void> {
    const url = firstUrl(this.#target.address)
    if (!url) return
    const isForwarded = this.#target.state === 'started' && this.#target.isForwarded === true
    this.#say(`waiting for ${url.host}`)
    for (;;) {
      const look = await this.#looks.look('port', LOOK_MS, (signal) =>
        lookAtPort(url, signal, { isForwarded }),
      )
      if (look.ok) return this.#reach({ portMs: look.endedAtMs })
      await this.#goOn(look, true)
    }
  }

  async #waitForHealth(): Promise<HealthWord> {
    this.#say('port open, waiting for health')
    const ask = (signal: AbortSignal) => this.#options.probe.health(this.#target.address, signal)
    for (;;) {
      const look = await this.#looks.look('health', LOOK_MS, ask)
      if (look.ok) {
        this.#reach({ healthMs: look.endedAtMs })
        return 'yes'
      }
      if (isAbsent(look.attempt)) return 'absent'
      const nobody = isNobodyThere(look.attempt)
      if (this.#isFound && look.endedAtMs >= UNHEALTHY_MS && !nobody) return 'no'
      await this.#goOn(look, nobody)
    }
  }

  /** Pauses before the next look for the port or for health; throws when the time for it is over. */
  async #goOn({ attempt, endedAtMs }: Look, nobody: boolean): Promise<void> {
    if (this.#isFound && nobody && endedAtMs >= UNREACHABLE_MS) throw unreachable(this.#target, attempt)
    if (endedAtMs >= this.#options.readyTimeoutMs)
      throw notReady(this.#target, attempt, endedAtMs, this.#options.log.tail(20))
    await this.#looks.pause(endedAtMs)
  }

  async #waitForGeneration(health: HealthWord): Promise<Boot> {
    this.#say(`${SAID[health]}, waiting for the first good generation`)
    const ask = (signal: AbortSignal) => this.#options.probe.generate(this.#target.address, signal)
    const sinceMs = this.#looks.nowMs
    const untilMs = giveUpAtMs(sinceMs, this.#options)
    const limitMs = generationMs(this.#options.firstAnswerTimeoutMs)
    for (;;) {
      const deadlineMs = Math.max(1_000, Math.min(limitMs, untilMs - this.#looks.nowMs))
      const look = await this.#looks.look('generate', deadlineMs, ask)
      this.#noteFirst(look.attempt, health, sinceMs)
      if (look.ok) return this.#generating(look)
      this.#failedGenerations.push(look.attempt)
      if (this.#isHopeless(look.attempt, health, sinceMs, untilMs))
        return this.#notGenerating(look.attempt, health, sinceMs)
      await this.#looks.pause(look.endedAtMs - sinceMs)
    }
  }

  /** The generation that proves or refutes a health that says yes. */
  #noteFirst(attempt: BootAttempt, health: HealthWord, sinceMs: number): void {
    // A found service became healthy at some other time, perhaps with no container warm: nothing is proved or refuted.
    if (this.#isFound || health !== 'yes' || this.#phases.firstAfterHealth) return
    const firstAfterHealth = { ...attempt, afterHealthMs: attempt.atMs - sinceMs }
    this.#phases = { ...this.#phases, firstAfterHealth }
  }

  #isHopeless(last: BootAttempt, health: HealthWord, sinceMs: number, untilMs: number): boolean {
    const atMs = this.#looks.nowMs
    const found = this.#isFound
    const word = patience(this.#failedGenerations, { sinceMs, giveUpAtMs: untilMs, atMs, found })
    if (word === 'locked-out') throw lockedOut(this.#target, last)
    if (word === 'unreachable') throw unreachable(this.#target, last)
    // A started server without a health route may still be putting its routes up: only time tells.
    const mayBeStarting = !found && health === 'absent' && atMs < untilMs
    return word === 'give-up' && !mayBeStarting
  }

  #generating({ attempt, endedAtMs, ttftMs }: Look): Boot {
    this.#reach({
      firstGenerationMs: endedAtMs,
      ...(ttftMs === undefined ? {} : { firstTokenMs: attempt.atMs + ttftMs }),
    })
    this.#say('generating')
    return this.#boot('generating')
  }

  #notGenerating(last: BootAttempt, health: HealthWord, sinceMs: number): Boot {
    const tries = this.#failedGenerations.length
    const lasted = ((this.#looks.nowMs - sinceMs) / 1_000).toFixed(1)
    const said = `${last.status === undefined ? '' : `HTTP ${last.status}, `}${last.failure}: ${last.message}`
    const reason = `${SAID[health]}, but no generation succeeded in ${lasted} s (${tries} tried); the last ended with ${said}`
    this.#say(`not generating: ${reason}`)
    return { ...this.#boot('not-generating'), reason }
  }

  #boot(outcome: Boot['outcome']): Boot {
    const { index } = this.#options
    return { index, origin: this.#target.state, outcome, ...this.#phases, attempts: this.#looks.attempts }
  }

  /** A found service has no start, so it has no phases after it. */
  #reach(phases: Partial<Boot>): void {
    if (!this.#isFound) this.#phases = { ...this.#phases, ...phases }
  }

  get #isFound(): boolean {
    return this.#target.state === 'found'
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
