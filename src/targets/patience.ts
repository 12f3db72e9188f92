import type { BootAttempt, FailureKind } from '../records/index.ts'

/** Health may stay silent for this long, a TCP connect too. */
export const ATTEMPT_MS = 5_000
/** One generation of the wait: a service that needs 20 s for each answer still shows that it can answer. */
const GENERATION_MS = 25_000
/** A found service that cannot be reached is no start to wait for. */
export const UNREACHABLE_MS = 3_000
/** A found service whose health keeps saying no is asked to generate all the same after this long. */
export const UNHEALTHY_MS = 10_000

/** How long generations may hang or be refused as busy: a service that never generates is judged within a minute. */
const UNANSWERED_MS = 40_000
/** A service that was healthy at the last moment of its start still gets this long to answer. */
const LAST_CHANCE_MS = 5_000
/** How long a service may answer generations with failures; shorter when it always gives the same answer. */
const WRONG_ANSWERS_MS = 10_000
const SAME_ANSWERS = { count: 8, ms: 3_000 }
const REFUSED_US = { count: 3, ms: 1_000 }

const BUSY: readonly number[] = [408, 425, 429, 502, 503, 504]
const NO_ANSWER: readonly FailureKind[] = ['dns', 'connect', 'tls', 'reset', 'timeout', 'aborted']
const NOBODY_THERE: readonly FailureKind[] = ['dns', 'connect', 'tls']

export const isNobodyThere = ({ failure }: BootAttempt): boolean =>
  failure !== undefined && NOBODY_THERE.includes(failure)

/** It asks for credentials that it was not given. */
export const isLockedOut = ({ status }: BootAttempt): boolean => status === 401 || status === 403

/** The service said something about this request other than "later". */
const isAnswer = ({ failure, status }: BootAttempt): boolean =>
  failure !== undefined && !NO_ANSWER.includes(failure) && (status === undefined || !BUSY.includes(status))

/** When waiting for the first good generation ends at the latest, in ms after the start. */
export function giveUpAtMs(
  sinceMs: number,
  limits: { readonly readyTimeoutMs: number; readonly firstAnswerTimeoutMs?: number | undefined },
): number {
  if (limits.firstAnswerTimeoutMs !== undefined) return sinceMs + limits.firstAnswerTimeoutMs
  return Math.max(Math.min(sinceMs + UNANSWERED_MS, limits.readyTimeoutMs), sinceMs + LAST_CHANCE_MS)
}

/**
 * How long one generation of the wait may take. Where the first answer was given more time, it gets half of that: asking again
 * would only queue behind the request that was given up.
 */
export const generationMs = (firstAnswerTimeoutMs: number | undefined): number =>
  Math.max(GENERATION_MS, (firstAnswerTimeoutMs ?? 0) / 2)

export type Patience = 'wait' | 'give-up' | 'locked-out' | 'unreachable'

/**
 * Whether to go on asking, after the failed generations `failures` (oldest first). A service that answers wrongly is
 * done loading, so it gets 10 s, or 3 s when it keeps saying the same; one that hangs or says "busy" may be loading
 * behind a health check that is a constant (Modal), so it gets until `giveUpAtMs`. All in ms after the start.
 */
export function patience(
  failures: readonly BootAttempt[],
  now: {
    readonly sinceMs: number
    readonly giveUpAtMs: number
    readonly atMs: number
    readonly found: boolean
  },
): Patience {
  const last = failures.at(-1)
  if (!last) return 'wait'
  const run = failures.slice(failures.findLastIndex((other) => !isSame(other, last)) + 1)
  const lastedMs = now.atMs - (run[0] ?? last).atMs
  if (isLockedOut(last) && run.length >= REFUSED_US.count && lastedMs >= REFUSED_US.ms) return 'locked-out'
  if (now.found && isNobodyThere(last) && lastedMs >= UNREACHABLE_MS) return 'unreachable'
  if (now.atMs >= now.giveUpAtMs) return 'give-up'
  if (!isAnswer(last)) return 'wait'
  if (run.length >= SAME_ANSWERS.count && lastedMs >= SAME_ANSWERS.ms) return 'give-up'
  return now.atMs - now.sinceMs >= WRONG_ANSWERS_MS ? 'give-up' : 'wait'
}

/** Messages hold request ids and times, so they do not count. */
const isSame = (one: BootAttempt, other: BootAttempt): boolean =>
  one.failure === other.failure && one.status === other.status

/** Until the next attempt: 25 ms at first, then 2 % of the time waited, so that a phase is known to about 2 %. */
export const pauseMs = (waitedMs: number): number => Math.min(250, Math.max(25, waitedMs * 0.02))
