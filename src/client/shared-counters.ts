import type { Clock } from '../clock.ts'
import { type MetricSample, metricSum, parseMetrics } from '../judges/index.ts'
import type { TargetSpec } from '../records/index.ts'
import type { CallOptions, Client } from './client.ts'

/** One look at the counters; undefined where they could not be read. */
export type ReadCounters = () => Promise<readonly MetricSample[] | undefined>

const SAID_TO_BE_SHARED = 'the target is said to be shared (`shared: true`)'

/** Several at once take several connections: a balancer that keeps a connection at one replica still spreads them. */
const AT_ONCE = 3
const ROUNDS = 4
/** Between two rounds: long enough to see a service that is used, short beside the start of a run. */
const PAUSE_MS = 150

/** What tells one process from another: when it started, or when its counters did. */
const STARTS = ['process_start_time_seconds', 'vllm:prompt_tokens_created']
/** It grows when a prompt is read. What was left running never moves it: only who sends something new does. */
const ARRIVED = 'vllm:prompt_tokens_total'

/** Whose the counters are: this run's alone (nobody else knows the service yet), shared as the user says, or to be asked. */
export type CountersOwner = 'ours' | 'shared' | 'ask'

/** Whose they are at a target: who starts a service has it alone, unless the target says otherwise. */
export const countersOf = ({ shared, kind }: TargetSpec): CountersOwner =>
  shared ? 'shared' : kind === 'url' ? 'ask' : 'ours'

/** Before the checks: why the counters of a service are not this run's alone. */
export async function findShared(
  client: Client,
  counters: CountersOwner,
  clock: Clock,
  call: CallOptions,
): Promise<string | undefined> {
  if (counters !== 'ask') return counters === 'shared' ? SAID_TO_BE_SHARED : undefined
  const { replicas, others } = await watchCounters(async () => {
    const reply = await client.call('metrics', call)
    return reply.outcome === 'completed' ? parseMetrics(reply.text) : undefined
  }, clock)
  return replicas ?? others
}

/** What was seen of others: two servers that answer in turn, prompts that this run did not send. */
export type Others = { readonly replicas?: string; readonly others?: string }

/** Watches the counters while this run sends nothing. `earlier`: readings from before, such as two that did not fit. */
export async function watchCounters(
  read: ReadCounters,
  clock: Clock,
  earlier: readonly (readonly MetricSample[])[] = [],
): Promise<Others> {
  const rounds: (readonly MetricSample[])[][] = earlier.map((samples) => [samples])
  const idleSinceMs = clock.monotonicMs()
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await clock.sleep(PAUSE_MS)
    const readings = await Promise.all(Array.from({ length: AT_ONCE }, read))
    rounds.push(readings.filter((samples) => samples !== undefined))
  }
  const replicas = twoServers(rounds)
  const arrived = valuesOf(rounds.slice(earlier.length).flat(), ARRIVED)
  const grew = Math.max(...arrived) - Math.min(...arrived)
  const tookMs = Math.round(clock.monotonicMs() - idleSinceMs)
  return {
    ...(replicas !== undefined && { replicas }),
    ...(arrived.length > 1 &&
      grew > 0 && {
        others: `others use the service meanwhile: ${ARRIVED} grew by ${grew} in ${tookMs} ms in which this run sent nothing`,
      }),
  }
}

/**
 * Rounds of readings in their order. An older process that answers after a newer one had answered is another server; one that
 * only ever gets newer is a restart, which is for the check of restarts.
 */
function twoServers(rounds: readonly (readonly (readonly MetricSample[])[])[]): string | undefined {
  for (const name of STARTS) {
    let newest = Number.NEGATIVE_INFINITY
    for (const round of rounds) {
      const starts = valuesOf(round, name)
      const older = starts.find((start) => start < newest)
      if (older !== undefined)
        return `two servers answer under one name: ${name} ${newest} and ${older} in turn on GET /metrics`
      newest = Math.max(newest, ...starts)
    }
  }
  return undefined
}

const valuesOf = (readings: readonly (readonly MetricSample[])[], name: string): number[] =>
  readings.flatMap((samples) => metricSum(samples, name) ?? [])
