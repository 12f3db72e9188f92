import { readFileSync } from 'node:fs'
import type { Pace } from '../records/index.ts'
import type { Plan } from './plan.ts'
import { isGentle } from './select-promises.ts'
import { turnsOf } from './turns-of.ts'
import { WARM_REQUEST } from './warm-request.ts'
import { measuresEachStart } from './warm-shares.ts'

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
  /** Of a run against another target, beside the rest: what its pairs cost if as many are measured as may be. */
  readonly pairs?: PairsCost
}

export type PairsCost = {
  readonly most: number
  /** Of both targets. */
  readonly starts: number
  readonly requests: number
  readonly outputTokens: number
  readonly minutes: number
}

const COSTS = new URL('../../fixtures/costs.json', import.meta.url)
/** Of the warm request and of one answer to it, on the service that was measured. */
const WARM = { promptTokens: 6, seconds: 0.25 }
/** Health, models, version, metrics, both routes, the first generation, and one answer that shows whether it thinks. */
const LOOKS = 8

/** Of the simulator's profile with the times of an A100, on which the seconds of each check were measured. */
const MEASURED_AT: Pace = { networkMs: 0, answerMs: 100, tokenMs: 10, promptTokenMs: 0 }
/** A check may take this many times what its requests take one after the other. */
const SLACK = 4
/** Of a promise that nobody has measured, and of the longest answer that any check waits for. */
const UNMEASURED = { requests: 10, promptTokens: 200, outputTokens: 300, seconds: 0 }
const LONGEST = { ...UNMEASURED, requests: 2, outputTokens: 192 }

/**
 * The requests, tokens and minutes of a run: what its checks cost on the simulator with the times of an A100, at the pace of
 * the service where that is known, and within the rate that its target allows.
 */
export function estimateCost(
  plan: Plan,
  { pace, costs = readCosts() }: { readonly pace?: Pace; readonly costs?: readonly CheckCost[] } = {},
): CostEstimate {
  const { start, asked, bench, spec } = plan
  const checks = start.command === 'bench' ? [] : asked
  const warmed = measuresEachStart(plan) ? plan.coldStarts : 1
  const warm = start.command === 'check' ? 0 : bench.warmRequests + warmed * bench.warmup
  const known = new Map(costs.map((cost) => [cost.id, cost]))
  const { concurrency, isAlone } = turnsOf(plan)
  const measured = checks.flatMap((promise) => {
    const cost = known.get(promise.entry.id)
    return cost ? [{ ...cost, lanes: isAlone(promise) ? 1 : concurrency }] : []
  })
  const sum = (of: (cost: (typeof measured)[number]) => number) =>
    measured.reduce((total, cost) => total + of(cost), 0)
  const requests = sum((cost) => cost.requests) + warm + LOOKS
  const warmSeconds = secondsOf(WARM_COST, pace)
  const seconds = sum((cost) => secondsOf(cost, pace) / cost.lanes) + warm * warmSeconds
  const heldSeconds = spec.requestsPerMinute === undefined ? 0 : (60 * requests) / spec.requestsPerMinute
  return {
    requests,
    promptTokens: sum((cost) => cost.promptTokens) + warm * WARM.promptTokens,
    outputTokens: sum((cost) => cost.outputTokens) + warm * WARM_REQUEST.maxTokens,
    minutes: Math.max(seconds, heldSeconds) / 60,
    starts: spec.kind === 'url' ? 0 : plan.coldStarts,
    checks: checks.length,
    risky: checks.filter((promise) => !isGentle(promise)).map(({ entry }) => entry.id),
    unmeasured: checks.filter(({ entry }) => !known.has(entry.id)).map(({ entry }) => entry.id),
    ...pairsCost(plan, warmSeconds),
  }
}

/** Two starts a pair, and one of the baseline before the first; a service that already runs is not started. */
function pairsCost(
  { start: { against: rules }, against, bench, spec }: Plan,
  warmSeconds: number,
): { readonly pairs?: PairsCost } {
  if (!rules || !against) return {}
  const most = rules.rule.looks.at(-1)?.pairs ?? 0
  const requests = (2 * most + 1) * (bench.warmup + bench.warmRequests)
  return {
    pairs: {
      ...{ most, requests, outputTokens: requests * WARM_REQUEST.maxTokens },
      minutes: (requests * warmSeconds) / 60,
      starts: (spec.kind === 'url' ? 0 : most) + (against.spec.kind === 'url' ? 0 : most + 1),
    },
  }
}

/** How long each check may take at a pace, in milliseconds, by its id: generous, since it only ends what would never end. */
export function checkBudgets(pace: Pace, costs = readCosts()): (id: string) => number {
  const known = new Map(costs.map((cost) => [cost.id, cost]))
  const longestMs = inTurnMs(LONGEST, pace)
  return (id) => SLACK * (inTurnMs(known.get(id) ?? UNMEASURED, pace) + longestMs)
}

type Work = Pick<CheckCost, 'requests' | 'promptTokens' | 'outputTokens' | 'seconds'>

const WARM_COST: Work = { requests: 1, outputTokens: WARM_REQUEST.maxTokens, ...WARM }

/** What was measured, stretched as its requests are at another pace: what a check sends at once or is refused stays quick. */
const secondsOf = (work: Work, pace: Pace | undefined): number =>
  work.seconds * (pace ? Math.max(1, inTurnMs(work, pace) / Math.max(1, inTurnMs(work, MEASURED_AT))) : 1)

/** One request after the other, each answered. */
const inTurnMs = ({ requests, promptTokens, outputTokens }: Work, pace: Pace): number =>
  requests * pace.answerMs + outputTokens * pace.tokenMs + promptTokens * pace.promptTokenMs

const readCosts = (): readonly CheckCost[] => JSON.parse(readFileSync(COSTS, 'utf8'))
