import {
  addEvidence,
  type ChangeEvidence,
  evidenceLimit,
  evidenceOf,
  median,
  quantile,
} from '../statistics/index.ts'

/**
 * The three questions that are asked of each answer, and the share of alpha that each may spend. The other half is kept for what the reference
 * does not know: it is a sample.
 */
export const TESTS = { errors: 0.1, tail: 0.3, median: 0.1 } as const
export type Test = keyof typeof TESTS

/** Requests that may fail: one of a hundred. */
export const ALLOWED_ERRORS = 0.01
const ERROR_SHARES = [0.05, 0.2, 0.5, 0.95]

/** Slow: so many times the reference's 90th percentile. */
export const SLOW_FACTOR = 3
/** Few answers say little of their own tail: of ten, the limit is further off. */
const FEW = 3
/** Slow answers that are expected where the reference shows none: as if some had been seen in so many. */
const [PRIOR_SLOW, PRIOR_ANSWERS] = [0.7, 50]
const FEWEST_SLOW = 0.005
/** Each tenth request, each third, each: what is looked for. */
const TAIL_SHARES = [0.1, 0.35, 0.95]
/**
 * A slow answer is often followed by another, the more the sooner one asks: a neighbour on the GPU, a pause of the server. Until an answer
 * was as quick as the usual ones, this share of slow ones is expected; so a stretch of them is one observation, however often it is asked.
 */
const EXPECTED_AGAIN = 0.5
const AGAIN_MS = 3_000
/** As quick as usual: up to this quantile of the reference. */
const USUAL = 0.75
/** After so many answers in a row that were not slow nothing is suspected any more. */
const [CALM_AFTER, CALM_LATER] = [15, 40]

/** Neighbours are alike: ten of them are one observation of the median. */
export const BLOCK = 10
/** A block is above where its median is more than so many times the level; of an unchanged service few are. */
export const MEDIAN_FACTOR = 1.5
const EXPECTED_ABOVE = 0.3
const ABOVE_SHARES = [0.6, 0.95]

/** The median of fewer answers is not known well enough to be held against. */
const MEDIAN_REFERENCE = 60

/** An answer joins the reference only so many answers later, later still where something is suspected: until then it may be what is looked for. */
const [DELAY, DELAY_SUSPECTED] = [5, 40]
/** Then the reference stays as it is: a slow drift must not become the usual. */
const MOST_REFERENCE = 200

/** All that is kept of the answers so far; of one size however long the watch is. */
export type Judged = {
  readonly evidence: Readonly<Record<Test, ChangeEvidence>>
  /** Milliseconds of good answers, by which later ones are judged. */
  readonly reference: readonly number[]
  /** The median of an accepted run, where there is one: then nothing else is what the median is held against. */
  readonly level?: number
  /** The last ones, in the order of their sending, which are not in the reference yet. */
  readonly waiting: readonly number[]
  /** The block that is not full yet. */
  readonly block: readonly number[]
  /** Since the last slow answer none was as quick as usual: when one of this stretch was counted last. Absent: there is no stretch. */
  readonly stretchAtMs?: number | undefined
  /** So many more answers, none of them slow, and nothing is suspected. */
  readonly suspected: number
}

export const NOTHING_JUDGED: Judged = {
  evidence: { errors: [], tail: [], median: [] },
  ...{ reference: [], waiting: [], block: [], suspected: 0 },
}

/** Takes in whether a request failed. */
export function judgeFailure(before: Judged, isFailed: boolean): Judged {
  const { evidence } = before
  const errors = addEvidence(evidence.errors, isFailed, {
    expected: ALLOWED_ERRORS,
    alternatives: ERROR_SHARES,
  })
  return { ...before, evidence: { ...evidence, errors } }
}

/** Takes in whether an answer is slow: as soon as it is known, for one that never comes too. `atMs`: since the watch began. */
export function judgeTail(
  before: Judged,
  { ms, atMs }: { readonly ms: number; readonly atMs: number },
  first: number,
): Judged {
  const limits = limitsOf(before, first)
  if (limits === undefined) return before
  const { evidence, stretchAtMs, suspected } = before
  const isSlow = ms > limits.slowMs
  const isCounted = stretchAtMs === undefined || atMs - stretchAtMs >= AGAIN_MS
  const tail = isCounted
    ? addEvidence(evidence.tail, isSlow, {
        expected: stretchAtMs === undefined ? limits.expectedSlow : EXPECTED_AGAIN,
        alternatives: TAIL_SHARES,
      })
    : evidence.tail
  const isOver = stretchAtMs === undefined ? !isSlow : ms <= limits.usualMs
  return {
    ...before,
    evidence: { ...evidence, tail },
    stretchAtMs: isOver ? undefined : isCounted ? atMs : stretchAtMs,
    suspected: isSlow ? (suspected > 0 ? CALM_LATER : CALM_AFTER) : Math.max(0, suspected - 1),
  }
}

/**
 * Takes in the time of a good answer that was asked for at the usual pace: it is judged with its neighbours, and becomes a part of the
 * reference later. One that was asked for because something is suspected tells nothing of what is usual.
 */
export function judgeMedian(before: Judged, ms: number, first: number): Judged {
  if (before.reference.length < first) return { ...before, reference: [...before.reference, ms] }
  return joinReference(judgeBlock({ ...before, block: [...before.block, ms] }), ms)
}

function judgeBlock(before: Judged): Judged {
  const { block, evidence, reference } = before
  if (block.length < BLOCK) return before
  const level = before.level ?? (reference.length < MEDIAN_REFERENCE ? undefined : median(reference))
  if (level === undefined) return { ...before, block: [] }
  const above = addEvidence(evidence.median, median(block) > MEDIAN_FACTOR * level, {
    expected: EXPECTED_ABOVE,
    alternatives: ABOVE_SHARES,
  })
  return { ...before, evidence: { ...evidence, median: above }, block: [] }
}

function joinReference(before: Judged, ms: number): Judged {
  if (before.reference.length >= MOST_REFERENCE) return { ...before, waiting: [] }
  const waiting = [...before.waiting, ms]
  const joining = Math.max(0, waiting.length - (before.suspected > 0 ? DELAY_SUSPECTED : DELAY))
  if (joining === 0) return { ...before, waiting }
  return {
    ...before,
    reference: [...before.reference, ...waiting.slice(0, joining)].slice(0, MOST_REFERENCE),
    waiting: waiting.slice(joining),
  }
}

/** What answers are held against. Milliseconds. */
export type Limits = {
  readonly medianMs: number
  /** Up to here an answer is as quick as usual. */
  readonly usualMs: number
  /** From here on it is slow. */
  readonly slowMs: number
  readonly expectedSlow: number
}

const known = new WeakMap<readonly number[], Limits>()

/** Undefined while the reference is too small to say. */
export function limitsOf({ reference }: Pick<Judged, 'reference'>, first: number): Limits | undefined {
  if (reference.length < first) return undefined
  const before = known.get(reference)
  if (before) return before
  const n = reference.length
  const slowMs = SLOW_FACTOR * (1 + FEW / n) * quantile(reference, 0.9)
  const seen = reference.filter((ms) => ms > slowMs).length
  const limits = {
    medianMs: median(reference),
    usualMs: quantile(reference, USUAL),
    slowMs,
    expectedSlow: Math.max(FEWEST_SLOW, (PRIOR_SLOW + seen) / (PRIOR_ANSWERS + n)),
  }
  known.set(reference, limits)
  return limits
}

/** How far each test is: 1 or more is shown. `looks`: of requests, for which alpha holds. */
export function progressOf({ evidence }: Judged, looks: number, alpha: number): Record<Test, number> {
  const of = (test: Test, times: number): number =>
    evidenceOf(evidence[test]) / evidenceLimit(Math.max(1, times), alpha * TESTS[test])
  return { errors: of('errors', looks), tail: of('tail', looks), median: of('median', looks / BLOCK) }
}
