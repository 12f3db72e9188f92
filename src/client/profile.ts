import type { Capability, Operation, Reply, ServiceProfile } from '../records/index.ts'
import { askRoute, findAbsentRoutes, whyAbsent } from './absent-routes.ts'
import type { Client } from './client.ts'
import type { Settlement } from './dialect.ts'
import { routeStatus } from './route-status.ts'

/** Deadline of each inquiry: a hanging service is still profiled, and judged, soon. */
const INQUIRY_MS = 10_000

/** Capabilities that stand or fall with an operation of their own. */
const BEHIND: Partial<Readonly<Record<Capability, Operation>>> = {
  health: 'health',
  models: 'models',
  metrics: 'metrics',
  chat: 'chat',
}

type Replies = Partial<Record<Operation, Reply>>

/**
 * One look at a running service: its model, version, engine, and what of its dialect it does not have. Only what is
 * absent goes missing; an operation that is there and fails stays a capability, for the checks to fail.
 * Nothing is thrown for the service's faults. Hand the result to `client.configure`.
 */
export async function profileService(client: Client, signal?: AbortSignal): Promise<ServiceProfile> {
  const replies = await askAll(client, signal)
  const model = client.address.model ?? firstModel(client, replies.models)
  const version = textField(replies.version, 'version') ?? textField(replies.health, 'version')
  const engine = findEngine(client, replies)
  const status = mapValues(replies, routeStatus)
  const settled: Settlement = client.dialect.settle?.({ engine, status, ...(version && { version }) }) ?? {
    wire: {},
    missing: {},
  }
  const absentRoutes = findAbsentRoutes(client, replies)
  const missing = {
    ...absentOperations(client, replies),
    ...(client.dialect.capabilities.includes('chat') &&
      absentRoutes.chat !== undefined && { chat: absentRoutes.chat }),
    ...metricsOfOthers(replies.metrics),
    ...settled.missing,
  }
  return {
    engine,
    capabilities: client.dialect.capabilities.filter((capability) => !(capability in missing)),
    missing,
    ...(Object.keys(absentRoutes).length > 0 && { absentRoutes }),
    wire: settled.wire,
    ...(model !== undefined && { model }),
    ...(version !== undefined && { version: client.redact(version) }),
  }
}

/** All at once: on a service that hangs, they cost one deadline together. */
async function askAll(client: Client, signal: AbortSignal | undefined): Promise<Replies> {
  const call = { timeoutMs: INQUIRY_MS, ...(signal && { signal }) }
  const inquiries: Record<Operation, () => Promise<Reply>> = {
    health: () => client.call('health', call),
    models: () => client.call('models', call),
    version: () => client.call('version', call),
    metrics: () => client.call('metrics', call),
    // Nothing to answer: a route that is there refuses it before any token is generated, and a lax one generates just one.
    generate: () => askRoute(() => client.send({ operation: 'generate', body: '{"max_tokens":1}' }, call)),
    chat: () =>
      askRoute(() => client.send({ operation: 'chat', body: '{"messages":[],"max_tokens":1}' }, call)),
  }
  const names = (Object.keys(inquiries) as Operation[]).filter((name) => isAsked(client, name))
  const replies = await Promise.all(names.map(async (name) => [name, await inquiries[name]()] as const))
  return Object.fromEntries(replies)
}

/** Only a dialect that can do without one generation route is asked for both. */
function isAsked(client: Client, operation: Operation): boolean {
  if (!client.has(operation)) return false
  return operation === 'generate' || operation === 'chat'
    ? client.has('generate') && client.has('chat') && client.dialect.adapt !== undefined
    : true
}

function absentOperations(client: Client, replies: Replies): Settlement['missing'] {
  const missing: Partial<Record<Capability, string>> = {}
  for (const [capability, operation] of Object.entries(BEHIND) as [Capability, Operation][]) {
    if (!client.dialect.capabilities.includes(capability)) continue
    const why = client.has(operation)
      ? whyAbsent(replies[operation])
      : `the target has no URL for ${operation}`
    if (why !== undefined) missing[capability] = why
  }
  return missing
}

/** The counters that checks read are vLLM's; another engine's metrics are none of them. */
function metricsOfOthers(reply: Reply | undefined): Settlement['missing'] {
  if (reply?.outcome !== 'completed' || /^vllm:/m.test(reply.text)) return {}
  return { metrics: '/metrics holds none of the vllm: families' }
}

function findEngine(client: Client, replies: Replies): ServiceProfile['engine'] {
  if (client.dialect.name === 'ananke') return 'ananke'
  const models = replies.models?.outcome === 'completed' ? replies.models.json : undefined
  const isOwned = JSON.stringify(models ?? null).includes('"owned_by":"vllm"')
  // Others have a /version too; where the list of models tells its owner, that word counts.
  const tellsOwner = JSON.stringify(models ?? null).includes('"owned_by":')
  const hasVersion = textField(replies.version, 'version') !== undefined
  return isOwned || (hasVersion && !tellsOwner) ? 'vllm' : 'unknown'
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
