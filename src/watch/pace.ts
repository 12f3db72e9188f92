import { type Judged, limitsOf } from './judge-answers.ts'

/** What the pace follows from: a part of the state of a watch. */
export type Paced = {
  readonly terms: { readonly first: number }
  readonly judged: Judged
  readonly newest: readonly boolean[]
  readonly allowance: number
  readonly requests: number
}

/** The first requests follow each other like this. */
const FIRST_PAUSE_MS = 200
/** Then they come each second, until there are so many good answers to hold later ones against. */
const [SETTLING_MS, SETTLED] = [1_000, 60]

/** After a failure one looks again this soon: a service that is dead is dead then, too. An outage of three such pauses is found. */
const AFTER_FAILURE_MS = 1_200
/** Where a slow answer came or one is overdue, one looks again this soon, or after so many times the usual answer: no load of its own. */
const [SUSPECTED_MS, SUSPECTED_TIMES] = [250, 1]

/** Requests that are sent sooner than planned: so many at a time, and of each that is planned this share more. */
export const MOST_HURRIED = 200
export const HURRIED_SHARE = 0.35

/** What a watch sends in a time: as planned, and at most so many more where something is suspected. */
export function requestsIn(
  forMs: number,
  { first, everyMs }: { readonly first: number; readonly everyMs: number },
): { readonly planned: number; readonly more: number } {
  const settling = everyMs <= SETTLING_MS ? 0 : Math.min(Math.max(0, SETTLED - first), forMs / SETTLING_MS)
  const planned = first + Math.ceil(settling + forMs / everyMs)
  return { planned, more: everyMs <= SUSPECTED_MS ? 0 : MOST_HURRIED + Math.ceil(HURRIED_SHARE * planned) }
}

/** A service that answers nothing any more is not sent more than so many requests at a time. */
const [MOST_IN_FLIGHT, MOST_HURRIED_IN_FLIGHT] = [8, 4]

/** No answer at all for so long, and for so many times what is slow, while so many requests wait. */
const [SILENCE_MS, SILENCE_TIMES, SILENCE_WAITING] = [4_500, 2, 3]

/** Before there is a reference. */
const UNKNOWN_SLOW_MS = 5_000

/** What is known beside the state when the next request is sought. Milliseconds of one clock. */
export type Moment = {
  readonly everyMs: number
  /** When the last request was sent, and when one came back last. */
  readonly sentMs: number
  readonly backMs: number
  readonly inFlight: number
}

/** When the next request is due; infinity: not before one comes back. */
export type Due = { readonly atMs: number; readonly isHurried: boolean }

/** Pure: so the pace can be simulated together with what it does to the evidence. */
export function dueAt(state: Paced, { everyMs, sentMs, backMs, inFlight }: Moment): Due {
  const { terms, judged, newest, allowance } = state
  const planned = (pauseMs: number, fromMs = sentMs, most = MOST_IN_FLIGHT): Due => ({
    atMs: inFlight >= most ? Number.POSITIVE_INFINITY : fromMs + Math.min(everyMs, pauseMs),
    isHurried: false,
  })
  if (newest.at(-1) === true) return planned(AFTER_FAILURE_MS)
  if (state.requests < terms.first) return planned(FIRST_PAUSE_MS, backMs, 1)
  const limits = limitsOf(judged, terms.first)
  if (judged.suspected > 0 && allowance >= 1 && limits) {
    const pauseMs = Math.max(SUSPECTED_MS, SUSPECTED_TIMES * limits.medianMs)
    if (pauseMs < everyMs) return { ...planned(pauseMs, sentMs, MOST_HURRIED_IN_FLIGHT), isHurried: true }
  }
  const isSettling = judged.reference.length + judged.waiting.length < SETTLED
  return planned(isSettling ? SETTLING_MS : everyMs)
}

/** That a service says nothing any more is shown without statistics. */
export function isSilent(
  { terms, judged }: Pick<Paced, 'terms' | 'judged'>,
  { ms, waiting }: { readonly ms: number; readonly waiting: number },
): boolean {
  const slowMs = limitsOf(judged, terms.first)?.slowMs ?? UNKNOWN_SLOW_MS
  return waiting >= SILENCE_WAITING && ms >= Math.max(SILENCE_MS, SILENCE_TIMES * slowMs)
}
