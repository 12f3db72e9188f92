import { type Others, watchCounters } from '../client/index.ts'
import type { Clock } from '../clock.ts'
import { type MetricSample, metricSum } from '../judges/index.ts'
import { growth } from './counters.ts'
import { notApplicable } from './outcome.ts'
import type { Service } from './service.ts'

const ARRIVED = 'vllm:prompt_tokens_total'

/** Whether the counters move by this run alone: it started the service, and nobody says that it is shared. */
export const isOurs = ({ boots, profile }: Service): boolean =>
  boots.at(-1)?.origin === 'started' && profile.shared === undefined

/**
 * Ends a check of counters that did not come out as not applicable where others moved them: prompts arrived that this run did
 * not send. What was left running never does that, so a leak stays one; on a service of our own nothing is excused.
 */
export async function excuseOthers(
  service: Service,
  clock: Clock,
  seen: readonly [before: readonly MetricSample[], after: readonly MetricSample[]],
  ownPromptTokens: number | undefined,
): Promise<void> {
  if (isOurs(service)) return
  const arrived = growth(...seen, ARRIVED)
  if (arrived !== undefined && ownPromptTokens !== undefined && arrived > ownPromptTokens)
    notApplicable(
      `others use the service meanwhile: ${ARRIVED} grew by ${arrived}, what was sent makes ${ownPromptTokens}`,
    )
  const { replicas, others } = await watch(service, clock, seen)
  const why = replicas ?? others
  if (why !== undefined) notApplicable(why)
}

/** Ends a check as not applicable where two servers answer in turn: what one of them counted, the other does not know. */
export async function excuseReplicas(
  service: Service,
  clock: Clock,
  seen: readonly (readonly MetricSample[])[],
): Promise<void> {
  if (isOurs(service)) return
  const { replicas } = await watch(service, clock, seen)
  if (replicas !== undefined) notApplicable(replicas)
}

const watch = (service: Service, clock: Clock, seen: readonly (readonly MetricSample[])[]): Promise<Others> =>
  watchCounters(() => service.metrics(), clock, seen)

/**
 * How many more requests run, or have come to their end, than ran before: what a client left behind stays in it, even where it
 * ends by itself. Others who were there before change nothing in it.
 */
export function leftBehind(before: readonly MetricSample[], now: readonly MetricSample[]): number {
  const running = growth(before, now, 'vllm:num_requests_running') ?? 0
  const ended = (samples: readonly MetricSample[]) =>
    metricSum(
      samples.filter(({ labels }) => labels['finished_reason'] !== 'abort'),
      'vllm:request_success_total',
    ) ?? 0
  return running + ended(now) - ended(before)
}
