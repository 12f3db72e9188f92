import { type Clock, systemClock } from '../clock.ts'
import type { FailureKind, Reply } from '../records/index.ts'

/** What asks for one route loses the connection this many times in a row before the route counts as gone. */
const TRIES = 3
const GONE: readonly FailureKind[] = ['connect', 'dns', 'reset', 'malformed-response', 'truncated-body']

/** Waits before what was turned away is asked again: together longer than the second that rate limits count in. */
const WAITS_MS = [250, 500, 1_000, 2_000] as const

export const isGone = (reply: Reply): boolean => reply.outcome === 'failed' && GONE.includes(reply.failure)

/** Asks again what lost its connection: a server that drops one now and then has the route. */
export async function askRoute(ask: () => Promise<Reply>): Promise<Reply> {
  let reply = await ask()
  for (let tries = 1; tries < TRIES && isGone(reply); tries++) reply = await ask()
  return reply
}

/** Asks again what a rate limit turned away (429), which says nothing of what the service is. */
export async function askWithPatience(
  ask: () => Promise<Reply>,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<Reply> {
  let reply = await ask()
  for (const waitMs of WAITS_MS) {
    if (reply.received?.status !== 429 || signal?.aborted) return reply
    await clock.sleep(waitMs)
    reply = await ask()
  }
  return reply
}
