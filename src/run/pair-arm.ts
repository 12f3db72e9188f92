import { type ClientWatch, coldSample, measureWarm } from '../benchmark/index.ts'
import { type Client, createClient, Traffic } from '../client/index.ts'
import type {
  Arm,
  Boot,
  ClientFigures,
  RunEvent,
  RunningTarget,
  Sample,
  ServiceProfile,
  StartFigures,
} from '../records/index.ts'
import { startTarget } from '../targets/index.ts'
import { startFigures } from '../verdict/index.ts'
import { startOptions } from './cold-starts.ts'
import { lookAt } from './look-at.ts'
import type { Plan } from './plan.ts'
import type { RunClock } from './run-clock.ts'
import { WARM_TIMEOUT_MS, warmRequestFor } from './warm-answers.ts'
import type { World } from './world.ts'

/** One of the two targets of a comparison: its plan is the run's, with its own target. */
export type ArmPlan = {
  readonly arm: Arm
  readonly plan: Plan
  readonly world: World
  readonly clock: RunClock
  /** What it was found to be, once it was looked at. */
  profile?: ServiceProfile
}

export type MeasuredStart = { readonly figures: StartFigures; readonly client?: ClientFigures }

/** So many failed requests show what is wrong with a start; each may cost a whole deadline. */
const FAILURES_TO_SEE = 3

/** One start of an arm, open until it is disposed: then its service is stopped. */
export class OpenArm implements AsyncDisposable {
  readonly #of: ArmPlan
  readonly #target: RunningTarget
  readonly #client: Client
  readonly #samples: Sample[] = []
  #broken: string | undefined

  private constructor(of: ArmPlan, target: RunningTarget, client: Client) {
    ;[this.#of, this.#target, this.#client] = [of, target, client]
  }

  /** Starts or finds it, and looks at it where nobody has yet. */
  static async *open(of: ArmPlan, index: number): AsyncGenerator<RunEvent, OpenArm> {
    const { arm, plan, world, clock } = of
    const startedAtMs = clock.atMs()
    const target = await startTarget(plan.spec, { ...startOptions(plan, world, index), onNote: () => {} })
    try {
      const client = await createClient(target.address, { traffic: new Traffic(plan.clock, plan.spec) })
      const open = new OpenArm(of, target, client)
      const { boot, description } = target
      yield { kind: 'observed', atMs: clock.atMs(), boot, target: description, arm }
      const cold = coldSample(boot, { startedAtMs })
      if (cold) yield open.#kept(cold)
      if (boot.outcome === 'not-generating')
        open.#broken = `did not generate: ${boot.reason ?? 'no reason is known'}`
      else if (of.profile) client.configure(of.profile)
      else of.profile = await lookAt(client, { ...plan, boot, signal: world.signal })
      return open
    } catch (error) {
      await target.stop()
      throw error
    }
  }

  get arm(): Arm {
    return this.#of.arm
  }

  get boot(): Boot {
    return this.#target.boot
  }

  /** Warm requests, one after the other; ends early where it is shown to be broken. */
  async *ask(watch: ClientWatch): AsyncGenerator<RunEvent, void> {
    const { plan, world, clock, profile } = this.#of
    if (this.#broken !== undefined || !profile) return
    const samples = measureWarm(this.#client, {
      requests: plan.bench.warmRequests,
      warmup: plan.bench.warmup,
      request: warmRequestFor(profile),
      seed: plan.start.seed,
      boot: this.boot.index,
      runStartMs: clock.startMs,
      timeoutMs: WARM_TIMEOUT_MS,
      signal: world.signal,
    })
    for await (const sample of samples) {
      yield this.#kept(await watch.marked(sample))
      this.#broken = this.#whyBroken()
      if (this.#broken !== undefined) return
    }
    world.signal.throwIfAborted()
  }

  measured(client?: ClientFigures): MeasuredStart {
    const { index } = this.boot
    const [figures] = startFigures(this.#samples, [this.boot])
    return {
      figures: {
        ...(figures ?? { boot: index, values: {}, requests: 0, failed: 0 }),
        ...(this.#broken !== undefined && { broken: this.#broken }),
      },
      ...(client && { client }),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]()
    await this.#target.stop()
  }

  #kept(sample: Sample): RunEvent {
    const kept = { ...sample, arm: this.arm }
    this.#samples.push(kept)
    return { kind: 'sampled', sample: kept }
  }

  #whyBroken(): string | undefined {
    const exit = this.#target.exit()
    if (exit) return `ended by itself (${exit.signal ? `signal ${exit.signal}` : `exit code ${exit.code}`})`
    const failed = this.#samples.filter(({ warmth, outcome }) => warmth === 'warm' && outcome !== 'completed')
    const [first] = failed
    if (!first || failed.length < FAILURES_TO_SEE) return undefined
    return `failed ${failed.length} requests, first with ${first.outcome}${first.message ? `: ${first.message}` : ''}`
  }
}
