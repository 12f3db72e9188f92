import type { Capability, Operation, Reply, Route } from '../records/index.ts'
import { isGone } from './ask-again.ts'
import type { Client } from './client.ts'
import { isAbsent, isClosed, routeStatus } from './route-status.ts'

type Replies = Partial<Readonly<Record<Operation, Reply>>>

/** Capabilities that stand or fall with an operation of their own. */
const BEHIND: Partial<Readonly<Record<Capability, Operation>>> = {
  health: 'health',
  models: 'models',
  metrics: 'metrics',
  chat: 'chat',
}

const OPERATION_OF = { chat: 'chat', completions: 'generate' } as const

/**
 * The routes that generate and are not there, each with what it answered: a status that says so, or, while the service answers
 * elsewhere, nothing but a lost connection.
 */
export function findAbsentRoutes(client: Client, replies: Replies): Partial<Record<Route, string>> {
  const answers = Object.values(replies).some(({ received }) => received !== undefined)
  const absent: Partial<Record<Route, string>> = {}
  for (const route of ['chat', 'completions'] as const) {
    const operation = OPERATION_OF[route]
    const why = client.has(operation)
      ? whyAbsent(replies[operation], answers)
      : client.dialect.operations[operation] && `the target has no URL for ${operation}`
    if (why !== undefined) absent[route] = why
  }
  return absent
}

/** The capabilities whose operation is not there, or closed to us while generations are not. */
export function findMissing(client: Client, replies: Replies): Partial<Record<Capability, string>> {
  const missing: Partial<Record<Capability, string>> = {}
  for (const [capability, operation] of Object.entries(BEHIND) as [Capability, Operation][]) {
    if (!client.dialect.capabilities.includes(capability)) continue
    const why = client.has(operation)
      ? (whyAbsent(replies[operation]) ?? whyClosed(operation, replies))
      : `the target has no URL for ${operation}`
    if (why !== undefined) missing[capability] = why
  }
  return missing
}

/** `POST /v1/chat/completions is HTTP 404`; undefined for an operation that is there, or was not asked for. */
function whyAbsent(reply: Reply | undefined, serviceAnswers = false): string | undefined {
  if (!reply) return undefined
  const status = routeStatus(reply)
  if (isAbsent(status)) return said(reply)
  if (!serviceAnswers || reply.outcome !== 'failed' || !isGone(reply)) return undefined
  return `${asked(reply)} gives no answer (${reply.failure}: ${reply.message})`
}

/** `closed to us: GET /metrics is HTTP 403`. Where generations are refused so too, the credentials are wrong: nothing is closed. */
function whyClosed(operation: Operation, replies: Replies): string | undefined {
  const reply = replies[operation]
  const generating = [replies.generate, replies.chat].filter((one) => one !== undefined)
  const isLockedOut = generating.length > 0 && generating.every((one) => isClosed(routeStatus(one)))
  return reply && isClosed(routeStatus(reply)) && !isLockedOut ? `closed to us: ${said(reply)}` : undefined
}

const asked = ({ sent }: Reply): string => `${sent.method} ${new URL(sent.url).pathname}`
const said = (reply: Reply): string => `${asked(reply)} is HTTP ${routeStatus(reply)}`
