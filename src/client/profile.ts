import { type Clock, systemClock } from '../clock.ts'
import type { Operation, Reasoning, Reply, ServiceProfile } from '../records/index.ts'
import { findAbsentRoutes, findMissing } from './absent-routes.ts'
import { askRoute, askWithPatience } from './ask-again.ts'
import type { Client } from './client.ts'
import { askSpellings } from './constraint-spelling.ts'
import type { Settlement, SpellingFacts } from './dialect.ts'
import { findEngine, hasVllmMetrics } from './engine.ts'
import { findReasoning } from './reasoning.ts'
import { findRefused, refusesOwnField } from './refused-fields.ts'
import { routeStatus } from './route-status.ts'
import { type CountersOwner, findShared } from './shared-counters.ts'

/** Where constraints wait for the end of a thought on the plain route, a request without a route is held on chat. */
const BOUND_ON_CHAT = { formatted: 'chat', spelled: 'chat' } as const

/** Deadline of each inquiry: a hanging service is still profiled, and judged, soon. */
const INQUIRY_MS = 10_000

export type ProfileOptions = {
  readonly signal?: AbortSignal
  readonly clock?: Clock
  /** Default: ours. */
  readonly counters?: CountersOwner
}

type Replies = Partial<Record<Operation, Reply>>

/**
 * One look at a running service: its model, version, engine, and what of its dialect it does not have. Only what is
 * absent goes missing; an operation that is there and fails stays a capability, for the checks to fail.
 * Nothing is thrown for the service's faults. Hand the result to `client.configure`.
 */
export async function profileService(client: Client, options: ProfileOptions = {}): Promise<ServiceProfile> {
  const { signal, clock = systemClock, counters = 'ours' } = options
  const replies = await askAll(client, signal)
  const model = client.address.model ?? firstModel(client, replies.models)
  const version = textField(replies.version, 'version') ?? textField(replies.health, 'version')
  const found = findEngine(client.dialect.name, replies)
  const status = mapValues(replies, routeStatus)
  const absentRoutes = findAbsentRoutes(client, replies)
  const call = { timeoutMs: INQUIRY_MS, ...(signal && { signal }) }
  const reasoning =
    absentRoutes.chat === undefined ? await findReasoning(client, replies.models, call) : undefined
  const routes = routesThere(client, absentRoutes)
  const asked = {
    ...{ routes, timeoutMs: INQUIRY_MS },
    ...(model !== undefined && { model }),
    ...(signal && { signal }),
  }
  const keepsOwn = found.engine === 'vllm' && (await refusesOwnField(client, asked))
  const spelling = await askConstraints(client, replies, {
    ...{ engine: keepsOwn ? 'unknown' : found.engine, absentRoutes },
    ...(model !== undefined && { model }),
    ...(reasoning && { reasoning }),
    ...(signal && { signal }),
  })
  // Behind a gateway that lets none of vLLM's own fields through it is another service.
  const isGateway = keepsOwn || (!found.isSure && spelling?.ignoresAll === true)
  const engine = isGateway ? 'unknown' : found.engine
  const settled: Settlement = client.dialect.settle?.({
    ...{ engine, status },
    ...(version && { version }),
    ...(spelling && { spelling }),
  }) ?? { wire: {}, missing: {} }
  const missing: Settlement['missing'] = {
    ...findMissing(client, replies),
    ...(client.dialect.capabilities.includes('chat') &&
      absentRoutes.chat !== undefined && { chat: absentRoutes.chat }),
    ...metricsOfOthers(replies.metrics),
    ...(engine === 'unknown' && (await findRefused(client, asked))),
    ...settled.missing,
  }
  const hasCounters = client.has('metrics') && !('metrics' in missing)
  const shared = hasCounters ? await findShared(client, counters, clock, call) : undefined
  return {
    engine,
    capabilities: client.dialect.capabilities.filter((capability) => !(capability in missing)),
    missing,
    ...(Object.keys(absentRoutes).length > 0 && { absentRoutes }),
    ...(reasoning && { reasoning }),
    ...(shared !== undefined && { shared }),
    ...(client.opensEach && { connections: 'one-each' as const }),
    wire: { ...settled.wire, ...(reasoning?.constraintsWait !== undefined && BOUND_ON_CHAT) },
    ...(model !== undefined && { model }),
    ...(version !== undefined && { version: client.redact(version) }),
  }
}

/** The routes that generate, as far as anybody knows. */
const routesThere = (
  client: Client,
  absent: ReturnType<typeof findAbsentRoutes>,
): readonly ('generate' | 'chat')[] => [
  ...(client.has('generate') && absent.completions === undefined ? (['generate'] as const) : []),
  ...(client.has('chat') && absent.chat === undefined ? (['chat'] as const) : []),
]

/** All at once: on a service that hangs, they cost one deadline together. */
async function askAll(client: Client, signal: AbortSignal | undefined): Promise<Replies> {
  const call = { timeoutMs: INQUIRY_MS, ...(signal && { signal }) }
  const { model } = client.address
  const nothing = (body: object) =>
    JSON.stringify({ ...body, max_tokens: 1, ...(model !== undefined && { model }) })
  const inquiries: Record<Operation, () => Promise<Reply>> = {
    health: () => client.call('health', call),
    models: () => client.call('models', call),
    version: () => client.call('version', call),
    metrics: () => client.call('metrics', call),
    // Nothing to answer: a route that is there refuses it before any token is generated, and a lax one generates just one.
    generate: () => askRoute(() => client.send({ operation: 'generate', body: nothing({}) }, call)),
    chat: () => askRoute(() => client.send({ operation: 'chat', body: nothing({ messages: [] }) }, call)),
  }
  const names = (Object.keys(inquiries) as Operation[]).filter((name) => isAsked(client, name))
  const replies = await Promise.all(
    names.map(async (name) => [name, await askWithPatience(inquiries[name], signal)] as const),
  )
  return Object.fromEntries(replies)
}

/** Only a dialect that can do without one generation route is asked for both. */
function isAsked(client: Client, operation: Operation): boolean {
  if (!client.has(operation)) return false
  return operation === 'generate' || operation === 'chat'
    ? client.has('generate') && client.has('chat') && client.dialect.adapt !== undefined
    : true
}

type ConstraintQuestion = {
  readonly engine: ServiceProfile['engine']
  readonly absentRoutes: ReturnType<typeof findAbsentRoutes>
  readonly model?: string
  readonly reasoning?: Reasoning
  readonly signal?: AbortSignal
}

/** A constraint that binds on vLLM binds on each of its routes, unless it waits for a thought there; of another engine each route is asked. */
async function askConstraints(
  client: Client,
  replies: Replies,
  { engine, absentRoutes, model, reasoning, signal }: ConstraintQuestion,
): Promise<SpellingFacts | undefined> {
  const isThere = {
    generate: absentRoutes.completions === undefined && reasoning?.constraintsWait === undefined,
    chat: absentRoutes.chat === undefined,
  }
  const routes = (['generate', 'chat'] as const).filter(
    (route) =>
      isThere[route] && client.has(route) && (replies[route]?.received !== undefined || !replies[route]),
  )
  return askSpellings(
    client,
    {
      ...{ routes, everywhere: engine !== 'vllm' },
      ...(model !== undefined && { model }),
      ...(reasoning && { reasoning }),
    },
    signal,
  )
}

/** The counters that checks read are vLLM's; another engine's metrics are none of them. */
function metricsOfOthers(reply: Reply | undefined): Settlement['missing'] {
  if (reply?.outcome !== 'completed' || hasVllmMetrics(reply)) return {}
  return { metrics: '/metrics holds none of the vllm: families' }
}

function firstModel(client: Client, reply: Reply | undefined): string | undefined {
  if (reply?.outcome !== 'completed') return undefined
  try {
    return client.dialect.models?.(reply.json)[0]
  } catch {
    // An ill-shaped list is for the check of the list.
    return undefined
  }
}

function textField(reply: Reply | undefined, name: string): string | undefined {
  if (reply?.outcome !== 'completed' || typeof reply.json !== 'object' || reply.json === null)
    return undefined
  const value: unknown = Reflect.get(reply.json, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function mapValues(
  replies: Replies,
  change: (reply: Reply) => number | undefined,
): Partial<Record<Operation, number>> {
  const entries = Object.entries(replies).map(([name, reply]) => [name, change(reply)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
