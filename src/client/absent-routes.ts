import type { FailureKind, Operation, Reply, Route } from '../records/index.ts'
import type { Client } from './client.ts'
import { isAbsent, routeStatus } from './route-status.ts'

/** What asks for one route loses the connection this many times in a row before the route counts as gone. */
const TRIES = 3
const GONE: readonly FailureKind[] = ['connect', 'dns', 'reset', 'malformed-response', 'truncated-body']

/** Asks again what lost its connection: a server that drops one now and then has the route. */
export async function askRoute(ask: () => Promise<Reply>): Promise<Reply> {
  let reply = await ask()
  for (let tries = 1; tries < TRIES && isGone(reply); tries++) reply = await ask()
  return reply
}

/**
 * The routes that generate and are not there, each with what it answered: a status that says so, or, while the service answers
 * elsewhere, nothing but a lost connection.
 */
export function findAbsentRoutes(
  client: Client,
  replies: Partial<Readonly<Record<Operation, Reply>>>,
): Partial<Record<Route, string>> {
  const answers = Object.values(replies).some(({ received }) => received !== undefined)
  const absent: Partial<Record<Route, string>> = {}
  for (const [route, operation] of [
    ['chat', 'chat'],
    ['completions', 'generate'],
  ] as const) {
    const why = client.has(operation)
      ? whyAbsent(replies[operation], answers)
      : client.dialect.operations[operation] && `the target has no URL for ${operation}`
    if (why !== undefined) absent[route] = why
  }
  return absent
}

/** `POST /v1/chat/completions is HTTP 404`; undefined for an operation that is there, or was not asked for. */
export function whyAbsent(reply: Reply | undefined, serviceAnswers = false): string | undefined {
  if (!reply) return undefined
  const what = `${reply.sent.method} ${new URL(reply.sent.url).pathname}`
  const status = routeStatus(reply)
  if (isAbsent(status)) return `${what} is HTTP ${status}`
  if (!serviceAnswers || reply.outcome !== 'failed' || !isGone(reply)) return undefined
  return `${what} gives no answer (${reply.failure}: ${reply.message})`
}

const isGone = (reply: Reply): boolean => reply.outcome === 'failed' && GONE.includes(reply.failure)
