import type { Pace } from '../records/index.ts'
import { assumptions, costOf, countOf } from '../reporters/index.ts'
import {
  budgetSeconds,
  type CostEstimate,
  describePace,
  estimateCost,
  isGentle,
  type PairsCost,
  type Plan,
} from '../run/index.ts'

/** `--list`: the promises that a run would check, one a line. */
export function listPromises({ asked }: Plan): string {
  const width = Math.max(...asked.map(({ entry }) => entry.id.length))
  const lines = asked.map(({ entry, definition }) => {
    const marks = [
      ...(entry.required ? [] : ['not required']),
      ...(isGentle({ entry, definition }) ? [] : ['could hurt a shared service']),
    ]
    return `${entry.id.padEnd(width)}  ${entry.says}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
  })
  return `${lines.join('\n')}\n`
}

/** The pace that an earlier run measured. */
type MeasuredBefore = { readonly runId: string; readonly pace: Pace }

/** `--plan`: what a run would cost, at the pace that an earlier run of this target measured. */
export function describeCost(plan: Plan, before?: MeasuredBefore, power?: string): string {
  const cost = estimateCost(plan, before)
  const { targetName, spec, start } = plan
  const pace = before
    ? `${describePace(before.pace)} (measured by ${before.runId})`
    : 'the simulator with the times of an A100; after a first run of this target, the pace that it measured'
  const rows = [
    ['target', `${targetName} (${spec.kind})`],
    ['starts', describeStarts(plan, cost)],
    ['checks', String(cost.checks)],
    ['requests', about(cost.requests)],
    ['prompt tokens', about(cost.promptTokens)],
    ['output tokens', about(cost.outputTokens)],
    ['pace', pace],
    [
      'time',
      `about ${cost.minutes.toFixed(1)} minutes after the service generates, at most ${atMostMinutes(plan, cost)}`,
    ],
    ...describeKept(plan, cost),
    ...(cost.pairs ? [['pairs', describePairs(cost.pairs)]] : []),
    ['risky checks', cost.risky.length === 0 ? 'none' : `${cost.risky.length}: ${cost.risky.join(', ')}`],
  ]
  const lines = rows.map(([name = '', value]) => `${name.padEnd(14)} ${value}`)
  const own = cost.unmeasured.length
  return [
    `What \`infergate ${start.command}\` would cost. An estimate. Nothing was sent.`,
    ...lines,
    ...(power === undefined ? [] : [power]),
    ...(own > 0
      ? [`${countOf(own, 'promise')} of your own ${own === 1 ? 'is' : 'are'} not in the figures.`]
      : []),
    ...(cost.risky.length > 0
      ? [
          'Risky checks send hostile bodies, bad constraints, crowds, or prompts beyond the context: --gentle leaves them out.',
        ]
      : []),
    '',
  ].join('\n')
}

function describeStarts({ start: { scaleToZero: sleep } }: Plan, { starts }: CostEstimate): string {
  if (sleep?.coldStarts === 0) return 'none: cold starts were left out (--no-cold)'
  if (sleep) {
    const waitMs = sleep.windowMs + sleep.marginMs
    return `${countOf(sleep.coldStarts, 'cold start')}, each after ${waitMs / 1_000} s in which nothing is sent: ${inMinutes(sleep.coldStarts * waitMs)} of waiting, and what it takes to wake; --no-cold leaves them out`
  }
  return starts === 0 ? 'none: the service already runs' : `${starts}, each as long as it loads`
}

/** Of a target that scales to zero: what the run keeps awake. How long it takes to wake is not in it. */
function describeKept(
  { start: { scaleToZero: sleep } }: Plan,
  { minutes }: CostEstimate,
): readonly string[][] {
  if (!sleep) return []
  const ms = 60_000 * minutes + (1 + sleep.coldStarts) * sleep.windowMs
  const { price } = sleep
  return [
    [
      'cost',
      price
        ? `${costOf(ms, price)}: about ${inMinutes(ms)} awake, beside what it takes to wake ${countOf(sleep.coldStarts, 'time')}; ${assumptions(price)}`
        : 'not computed, because no price is configured',
    ],
  ]
}

const inMinutes = (ms: number): string => `${(ms / 60_000).toFixed(1)} minutes`

/** They end as soon as they show enough. */
const describePairs = ({ most, starts, requests, outputTokens, minutes }: PairsCost): string =>
  `at most ${most}: ${starts === 0 ? 'no start' : countOf(starts, 'start')}, ${about(requests)} requests, ${about(outputTokens)} output tokens and about ${minutes.toFixed(1)} minutes more`

/** A budget that the user set, or the default, which grows with the pace. */
const atMostMinutes = (plan: Plan, { minutes }: CostEstimate): string =>
  (budgetSeconds(plan, minutes) / 60).toFixed(1)

/** Two significant digits: more would look like a measurement of this service. */
const about = (count: number): string =>
  `about ${Number(count.toPrecision(2)).toLocaleString('en-US', { maximumFractionDigits: 0 })}`
