import { readFileSync } from 'node:fs'
import { DEFAULT_CONCURRENCY } from '../checks/index.ts'
import type { Plan } from './plan.ts'
import { isGentle } from './select-promises.ts'
import { WARM_REQUEST } from './warm-request.ts'

/** What one check was measured to cost: build/measure-costs.ts. */
export type CheckCost = {
  readonly id: string
  readonly requests: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly seconds: number
}

/** What a run is expected to cost. Starts of the service are not in it: how long it loads is known to nobody yet. */
export type CostEstimate = {
  readonly requests: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly minutes: number
  readonly starts: number
  readonly checks: number
  /** Checks that could hurt a service that others use. */
  readonly risky: readonly string[]
  /** Promises that nobody has measured: the user's own. */
  readonly unmeasured: readonly string[]
}

const COSTS = new URL('../../fixtures/costs.json', import.meta.url)
/** Of the warm request and of one answer to it, on the service that was measured. */
const WARM = { promptTokens: 6, seconds: 0.25 }
/** Health, models, version, metrics, both routes, and the first generation. */
const LOOKS = 7

/** The requests, tokens and minutes of a run, from what its checks cost on the simulator with the times of an A100. */
export function estimateCost(plan: Plan, costs = readCosts()): CostEstimate {
  const { start, asked, bench, spec } = plan
  const checks = start.command === 'bench' ? [] : asked
  const warm = start.command === 'check' ? 0 : bench.warmRequests + bench.warmup
  const known = new Map(costs.map((cost) => [cost.id, cost]))
  const measured = checks.flatMap((promise) => {
    const cost = known.get(promise.entry.id)
    return cost ? [{ ...cost, lanes: promise.definition.alone ? 1 : lanesOf(plan) }] : []
  })
  const sum = (of: (cost: (typeof measured)[number]) => number) =>
    measured.reduce((total, cost) => total + of(cost), 0)
  const starts = spec.kind === 'url' ? 0 : plan.coldStarts
  const seconds = sum(({ seconds, lanes }) => seconds / lanes) + warm * WARM.seconds
  return {
    requests: sum(({ requests }) => requests) + warm + LOOKS,
    promptTokens: sum(({ promptTokens }) => promptTokens) + warm * WARM.promptTokens,
    outputTokens: sum(({ outputTokens }) => outputTokens) + warm * WARM_REQUEST.maxTokens,
    minutes: Math.min(seconds, plan.maxSeconds) / 60,
    starts,
    checks: checks.length,
    risky: checks.filter((promise) => !isGentle(promise)).map(({ entry }) => entry.id),
    unmeasured: checks.filter(({ entry }) => !known.has(entry.id)).map(({ entry }) => entry.id),
  }
}

const lanesOf = ({ spec }: Plan): number => spec.maxConcurrency ?? DEFAULT_CONCURRENCY

const readCosts = (): readonly CheckCost[] => JSON.parse(readFileSync(COSTS, 'utf8'))
