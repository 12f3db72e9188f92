import { createClient, Traffic } from '../client/index.ts'
import type { RunEvent, Sample, ServiceProfile } from '../records/index.ts'
import type { BrokenLimit } from '../verdict/index.ts'
import { startBudget } from './budget.ts'
import type { Between, Started } from './cold-starts.ts'
import { lookAt } from './look-at.ts'
import type { Plan } from './plan.ts'
import type { RunClock } from './run-clock.ts'
import { warmAnswers } from './warm-answers.ts'
import type { World } from './world.ts'

/** Warm answers of the starts before the last one: what two runs are compared by is the start, and each has its own luck. */
export class WarmStarts implements Between {
  readonly #plan: Plan
  readonly #world: World
  readonly #clock: RunClock
  readonly #samples: Sample[] = []
  #profile: ServiceProfile | undefined
  #spentMs = 0
  #broken: BrokenLimit | undefined

  constructor(plan: Plan, world: World, clock: RunClock) {
    this.#plan = plan
    this.#world = world
    this.#clock = clock
  }

  /** What was found at the first start. */
  get profile(): ServiceProfile | undefined {
    return this.#profile
  }

  get samples(): readonly Sample[] {
    return this.#samples
  }

  /** Of the run's time budget, which counts from when the service generates. */
  get spentMs(): number {
    return this.#spentMs
  }

  /** The limit that makes the run a FAIL, however often the service is started again. */
  get broken(): BrokenLimit | undefined {
    return this.#broken
  }

  /**
   * A request that fails makes the run a FAIL, and may have cost its whole deadline: what is to be seen of it is seen at the last start,
   * which the checks ask too.
   */
  async *after(started: Started): AsyncGenerator<RunEvent, void> {
    if (this.#samples.some(isFailed)) return
    const [plan, world, clock] = [this.#plan, this.#world, this.#clock]
    const { target } = started
    const traffic = new Traffic(plan.clock, plan.spec)
    await using client = await createClient(target.address, { traffic })
    if (this.#profile) client.configure(this.#profile)
    else this.#profile = await lookAt(client, { ...plan, boot: target.boot, signal: world.signal })
    const service = {
      ...{ plan, world, clock, client, traffic, profile: this.#profile },
      ...started,
    }
    // As at the last start, it counts from what the look has found.
    const startedMs = plan.clock.monotonicMs()
    const wholeMs = startBudget(service)
    const answers = warmAnswers(service, () => wholeMs() - this.#spentMs)
    for (let next = await answers.next(); ; next = await answers.next()) {
      if (next.done) {
        this.#broken = next.value
        break
      }
      const event = next.value
      if (event.kind === 'sampled') this.#samples.push(event.sample)
      yield event
      if (event.kind === 'sampled' && isFailed(event.sample)) {
        await answers.return(undefined)
        break
      }
    }
    this.#spentMs += plan.clock.monotonicMs() - startedMs
    world.journal.sync()
  }
}

const isFailed = ({ outcome }: Sample): boolean => outcome !== 'completed'
