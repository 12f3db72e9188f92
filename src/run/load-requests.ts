import {
  describeInput,
  type Holds,
  hashRequests,
  openCounter,
  type PlannedLoad,
  preparePrompts,
  requestsOf,
} from '../benchmark/index.ts'
import type { LoadPlanned, ScheduledRequest, ServiceProfile } from '../records/index.ts'
import type { RunningService } from './running-service.ts'

/** Of an open loop, where nobody stated it: more in flight says that the service does not keep up. */
const DEFAULT_MAX_IN_FLIGHT = 1_000
/** The first requests stand for all: they are decided by one plan. */
const HASHED = 1_000

type Prompts = Awaited<ReturnType<typeof preparePrompts>>

export type PreparedLoad = {
  readonly planned: LoadPlanned
  readonly requests: Iterable<ScheduledRequest>
}

/** All that a load sends, decided before its first request; counts tokens with the service where it can. Throws `usage`. */
export async function prepareLoad(load: PlannedLoad, service: RunningService): Promise<PreparedLoad> {
  const prompts = await promptsOf(load, service)
  const asked = askedOf(prompts, load.schedule?.dueMs.length ?? load.stated.maxRequests)
  return { planned: plannedOf(load, asked, 'load'), requests: due(requestsOf(prompts), load) }
}

/** What a load asks, without an end. Throws `usage`. */
export async function promptsOf(load: PlannedLoad, service: RunningService): Promise<Prompts> {
  const { plan, client, profile, world } = service
  const { schedule } = load
  const { model } = profile
  const stream = profile.capabilities.includes('stream')
  return preparePrompts(load.workloads, {
    seed: plan.start.seed,
    route: load.route ?? (profile.capabilities.includes('chat') ? 'chat' : 'generate'),
    counter: await openCounter(load.tokenizer, client, {
      signal: world.signal,
      ...(model !== undefined && { model }),
    }),
    base: { temperature: 0, ...(stream && { stream, includeUsage: true }) },
    holds: holdsOf(profile),
    ...(schedule && { requests: schedule.dueMs.length }),
  })
}

/** What a load asks, in words and as a hash; of its first requests. */
export type AskedOf = Pick<LoadPlanned, 'asks' | 'promptsSha256'>

export function askedOf(prompts: Prompts, requests = HASHED): AskedOf {
  const count = Math.min(requests, HASHED)
  return { asks: describeInput(prompts, count).says, promptsSha256: hashRequests(prompts, count) }
}

export function plannedOf(load: PlannedLoad, asked: AskedOf, scenario: string): LoadPlanned {
  const { stated, schedule } = load
  return {
    ...{ scenario, stated, says: withCap(load), maxInFlight: mostInFlight(load), ...asked },
    ...(schedule && { requests: schedule.dueMs.length, dueSha256: schedule.sha256 }),
    ...(load.workers !== undefined && { workers: load.workers }),
  }
}

/** Of the services that are known to take it, vLLM goes on to the length that was asked for. */
const holdsOf = ({ engine }: ServiceProfile): Holds => (engine === 'vllm' ? ['ignoreEos'] : [])

function mostInFlight({ stated: { arrivals, maxInFlight } }: PlannedLoad): number {
  if (arrivals.shape === 'concurrency') return arrivals.concurrency
  return maxInFlight ?? DEFAULT_MAX_IN_FLIGHT
}

/** The cap of an open loop is said also where nobody stated one. */
const withCap = ({ says, schedule, stated }: PlannedLoad): string =>
  schedule && stated.maxInFlight === undefined ? `${says}, at most ${DEFAULT_MAX_IN_FLIGHT} in flight` : says

/** The requests, each with its due time where there are such, as many as were stated. */
function* due(
  requests: Iterable<ScheduledRequest>,
  { schedule, stated }: PlannedLoad,
): Generator<ScheduledRequest> {
  const most = schedule?.dueMs.length ?? stated.maxRequests ?? Number.POSITIVE_INFINITY
  for (const request of requests) {
    if (request.index >= most) return
    const dueMs = schedule?.dueMs[request.index]
    yield dueMs === undefined ? request : { ...request, dueMs }
  }
}
