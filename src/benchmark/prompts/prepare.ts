import { HarnessError } from '../../errors.ts'
import type { Holds, RequestBase } from './asked.ts'
import { countEntries } from './count-entries.ts'
import type { Counting, PlannedWorkload, PromptPlan } from './plan.ts'
import { readPrompts } from './read-prompts.ts'
import { requireRoom } from './room.ts'
import type { TokenCounter } from './token-counter.ts'
import { verifyLengths } from './verify-lengths.ts'
import { COUNTED_IN_WORDS, measureWords } from './word-costs.ts'
import type { Workload } from './workload.ts'

/** Of prompts that have to be counted one by one, no more than these. */
const COUNTED = 2_000
const SESSIONS_AT_ONCE = 16

export type PromptOptions = {
  readonly seed: number
  /** Of a request that has no route of its own; sessions and messages are asked on the chat route. */
  readonly route: 'generate' | 'chat'
  readonly counter: TokenCounter | { readonly missing: string }
  /** How many requests the load has, where that is known: no more are counted. */
  readonly requests?: number
  /** Of the service; default: what its counter says. */
  readonly contextTokens?: number
  readonly sessionsAtOnce?: number
  readonly base?: RequestBase
  readonly holds?: Holds
}

/**
 * Reads and counts all that a load asks, and refuses what cannot be asked (`usage`), before anything of it is sent. Of the service
 * only its count is used.
 */
export async function preparePrompts(
  workloads: readonly Workload[],
  options: PromptOptions,
): Promise<PromptPlan> {
  requireSense(workloads)
  const counter = 'missing' in options.counter ? undefined : options.counter
  const most = Math.min(options.requests ?? COUNTED, COUNTED)
  const planned = await Promise.all(
    workloads.map((workload) => planWorkload(workload, options, counter, most)),
  )
  const isMade = workloads.some(({ source }) => source.kind !== 'file')
  const plan: PromptPlan = {
    ...{ seed: options.seed, route: options.route, workloads: planned },
    costs: counter && isMade ? await measureWords(counter) : COUNTED_IN_WORDS,
    counting: countingOf(options.counter),
    sessionsAtOnce: options.sessionsAtOnce ?? SESSIONS_AT_ONCE,
    base: options.base ?? {},
    holds: options.holds ?? [],
    corrections: {},
  }
  requireRoom(plan, options.contextTokens ?? counter?.contextTokens)
  return counter && isMade ? verifyLengths(plan, counter, most) : plan
}

async function planWorkload(
  workload: Workload,
  { route }: PromptOptions,
  counter: TokenCounter | undefined,
  most: number,
): Promise<PlannedWorkload> {
  const { source, ...rest } = workload
  if (source.kind !== 'file') return { ...rest, source }
  const { entries, skipped } = readPrompts(source.path)
  if (workload.turns && !entries.some((entry) => entry.kind === 'conversation' && entry.turns.length > 1))
    throw usage(`${source.path} has no conversation of several turns: leave out --turns`)
  const counted = counter ? await countEntries(entries, { counter, route, most, ...rest }) : entries
  return { ...rest, source: { kind: 'file', path: source.path, entries: counted, skipped } }
}

function countingOf(counter: PromptOptions['counter']): Counting {
  if ('missing' in counter) return { by: 'nobody', reason: counter.missing }
  const { by, place, chat } = counter
  return { by, place, chat, how: 'sum', checked: 0 }
}

function requireSense(workloads: readonly Workload[]): void {
  if (workloads.length === 0) throw usage('The load has no workload: state one')
  if (workloads.length > 1 && workloads.some(({ source }) => source.kind === 'trace'))
    throw usage(
      'A trace says when each of its requests is due, so that it cannot be mixed with other workloads',
    )
  for (const { source, sharedPrefix, turns } of workloads) {
    if (sharedPrefix && source.kind !== 'synthetic')
      throw usage(
        `--shared-prefix is for synthetic prompts: leave it out, since a ${source.kind} states its own`,
      )
    if (turns && source.kind === 'trace') throw usage('--turns does not go with a trace: leave it out')
  }
}

const usage = (says: string): HarnessError => new HarnessError('usage', `${says}; nothing was sent.`)

/** Throws `usage` for a file of prompts that cannot be read: known before a service is started. */
export function requireReadable(workloads: readonly Workload[]): void {
  requireSense(workloads)
  for (const { source } of workloads) if (source.kind === 'file') readPrompts(source.path)
}
