import type { RunEvent, Warmth } from '../../records/index.ts'
import { quantile } from '../../statistics/index.ts'

/** Fewer answers have no p99 worth a look while they arrive. */
const P99_FROM = 100

/** End-to-end times of the answers so far, in milliseconds. */
export type SoFar = {
  readonly warmth: Warmth
  readonly e2eMsP50: number
  readonly e2eMsP99?: number
  readonly n: number
}

/** What a run has shown so far: what failed, how long warm answers took, and which checks are under way. */
export class Tally {
  failedRequests = 0
  failedChecks = 0
  readonly #warm: number[] = []
  readonly #underWay = new Set<string>()

  saw(event: RunEvent): void {
    if (event.kind === 'checked') {
      this.#underWay.delete(event.check.id)
      if (event.check.outcome === 'failed') this.failedChecks++
    }
    if (event.kind !== 'sampled') return
    const { outcome, warmth, warmUp, arm, e2eMs } = event.sample
    if (outcome !== 'completed') this.failedRequests++
    // What a load's answers take is said by the load itself: sorting them here would take time of the client that times them.
    else if (warmth === 'warm' && !warmUp && arm === undefined) this.#warm.push(e2eMs)
  }

  began(checkId: string): void {
    this.#underWay.add(checkId)
  }

  underWay(): readonly string[] {
    return [...this.#underWay]
  }

  soFar(): SoFar | undefined {
    const n = this.#warm.length
    if (n === 0) return undefined
    return {
      ...{ warmth: 'warm', n, e2eMsP50: quantile(this.#warm, 0.5) },
      ...(n >= P99_FROM && { e2eMsP99: quantile(this.#warm, 0.99) }),
    }
  }
}
