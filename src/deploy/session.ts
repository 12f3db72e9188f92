import { join } from 'node:path'
import { deadline } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import { fillReferences } from '../references.ts'
import { plainLine } from '../safe-text.ts'
import { inheritedEnvironment } from '../targets/index.ts'
import { askVersion } from './ask-version.ts'
import type { DeployEvent, Reading, Step } from './events.ts'
import { fillCommand, type Values, valuesAsVariables } from './fill.ts'
import { type DeployState, foldDeploy, hasTouched } from './fold.ts'
import type { Command, DeployPlan } from './plan.ts'
import { complaintOf, type Ran, runCommand } from './run-command.ts'
import { STEP_TEXT, seconds } from './words.ts'
import type { DeployWorld } from './world.ts'

export const OUTPUT_FILE = 'commands.log'
/** A probe that is a command: one look. */
const PROBE_MS = 30_000

/** How a step ended, in words. */
export type Result =
  | { readonly ok: true; readonly says: string }
  | { readonly ok: false; readonly why: string }

/** Which of the two places is asked: where the service has its traffic, or where the new version answers first. */
export type Place = 'own' | 'fresh'

/** A deploy that goes on: what has happened, and how the next thing is done. */
export class Session {
  readonly plan: DeployPlan
  readonly world: DeployWorld
  readonly #events: DeployEvent[]
  readonly #beganAtMs: number
  #isUnkept = false

  constructor(plan: DeployPlan, world: DeployWorld, events: readonly DeployEvent[] = []) {
    this.plan = plan
    this.world = world
    this.#events = [...events]
    const last = events.at(-1)
    const soFarMs = last && 'atMs' in last ? last.atMs : 0
    this.#beganAtMs = world.clock.monotonicMs() - soFarMs
  }

  get state(): DeployState {
    return foldDeploy(this.#events)
  }

  get atMs(): number {
    return Math.round(this.world.clock.monotonicMs() - this.#beganAtMs)
  }

  /** First in memory. Once the service is touched, a full disk must not keep it from being brought back. */
  keep(event: DeployEvent): void {
    this.#events.push(event)
    try {
      this.world.journal.append(event)
    } catch (error) {
      if (!(error instanceof HarnessError) || !hasTouched(this.state)) throw error
      if (!this.#isUnkept) this.say(`The journal of this deploy ends here: ${error.message}`)
      this.#isUnkept = true
    }
  }

  say(text: string): void {
    this.world.say(this.world.redact(text))
  }

  /** One step: on disk before and after. Throws the reason of an interrupt, and whatever went wrong before anything was touched. */
  async step(step: Step, limitMs: number, act: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    this.world.signal.throwIfAborted()
    this.keep({ kind: 'begun', step, atMs: this.atMs })
    this.say(`${STEP_TEXT[step]} …`)
    const beganAtMs = this.atMs
    const result = await this.#within(step, limitMs, act)
    const took = seconds(this.atMs - beganAtMs)
    if (result.ok) this.keep({ kind: 'done', step, atMs: this.atMs, says: result.says })
    else this.keep({ kind: 'failed', step, atMs: this.atMs, why: result.why })
    this.say(`${result.ok ? `  ${result.says}` : `  failed: ${result.why}`} (${took})`)
    return result
  }

  async #within(step: Step, limitMs: number, act: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { clock, signal } = this.world
    using late = deadline(clock, limitMs)
    try {
      const result = await act(AbortSignal.any([signal, late.signal]))
      signal.throwIfAborted()
      return result
    } catch (error) {
      signal.throwIfAborted()
      if (late.signal.aborted)
        return { ok: false, why: `${STEP_TEXT[step]} took longer than ${seconds(limitMs)}` }
      if (error instanceof HarnessError && hasTouched(this.state)) return { ok: false, why: error.message }
      throw error
    }
  }

  /** Runs commands in their order until one fails. */
  async run(step: Step, commands: readonly Command[], signal: AbortSignal): Promise<Result> {
    for (const command of commands) {
      const argv = fillCommand(command, this.values(), this.world.env)
      this.say(`  $ ${command.argv.join(' ')}`)
      const ran = await this.#run(argv, this.values(), {
        ...{ signal, timeoutMs: this.plan.deadlines.commandMs },
        onLine: (line) => this.say(`  | ${plainLine(line)}`),
      })
      const { end, tookMs } = ran
      const tail = ran.tail.map((line) => plainLine(line, 1_000))
      // As it stands in the configuration: a value of {env:NAME} is a secret.
      this.keep({
        kind: 'ran',
        step,
        atMs: this.atMs,
        command: command.argv,
        end,
        tookMs: Math.round(tookMs),
        tail,
      })
      if (ran.outcome !== 'succeeded') return { ok: false, why: complaintOf(command.argv, { ...ran, tail }) }
    }
    return {
      ok: true,
      says:
        commands.length === 1
          ? 'the command ended with exit code 0'
          : `${commands.length} commands ended with exit code 0`,
    }
  }

  /** Which version answers at this place now. */
  ask(place: Place, signal: AbortSignal, values = this.values(place)): Promise<Reading> {
    const at = this.plan[place]
    const { version, versionBeside = version } = this.plan.commands
    return askVersion(place === 'fresh' && this.plan.isBeside ? versionBeside : version, {
      ...{ at, values, signal },
      run: ({ command }, given) =>
        this.#run(fillCommand(command, given, this.world.env), given, { signal, timeoutMs: PROBE_MS }),
    })
  }

  /** The newest lines of the service's log; none where no command prints them. Never a reason to fail. */
  async logs(signal: AbortSignal): Promise<readonly string[]> {
    const { logs } = this.plan.commands
    if (!logs) return []
    try {
      const ran = await this.#run(fillCommand(logs, this.values(), this.world.env), this.values(), {
        ...{ signal, timeoutMs: PROBE_MS },
      })
      return ran.tail.map((line) => plainLine(line)).filter((line) => line !== '')
    } catch (error) {
      if (error instanceof HarnessError) return []
      throw error
    }
  }

  urlOf(place: Place): string {
    return this.world.redact(this.#url(place))
  }

  #url(place: Place): string {
    const { baseUrl, urls = {} } = this.plan[place]
    return baseUrl ?? Object.values(urls)[0] ?? ''
  }

  values(place: Place = 'fresh'): Values {
    const { before } = this.state
    const { release: version } = this.plan
    const previous = before?.reading.kind === 'version' ? before.reading.version : undefined
    return { version, previous, url: fillReferences(this.#url(place), this.world.env) }
  }

  #run(
    argv: readonly [string, ...string[]],
    values: Values,
    options: {
      readonly signal: AbortSignal
      readonly timeoutMs: number
      readonly onLine?: (line: string) => void
    },
  ): Promise<Ran> {
    const { clock, secrets, folder } = this.world
    const env = { ...inheritedEnvironment(), ...valuesAsVariables(values) }
    return runCommand(
      { argv, cwd: this.plan.folder, env },
      { clock, secrets, ...options, ...(options.onLine && { logFile: join(folder, OUTPUT_FILE) }) },
    )
  }
}
