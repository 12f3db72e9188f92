import {
  addEvidence,
  type ChangeEvidence,
  evidenceLimit,
  evidenceOf,
  median,
  quantile,
} from '../statistics/index.ts'

/** The three questions that are asked of each answer, and the share of alpha that each may spend. */
export const TESTS = { errors: 0.25, tail: 0.5, median: 0.25 } as const
export type Test = keyof typeof TESTS

/** Requests that may fail: one of a hundred. */
export const ALLOWED_ERRORS = 0.01
const ERROR_SHARES = [0.05, 0.2, 0.5, 0.95]

/** Slow: so many times the reference's 90th percentile. */
export const SLOW_FACTOR = 3
/** Few answers say little of their own tail: of ten, the limit is 1.7 times as far. */
const FEW = 7
/** Slow answers that are expected where the reference shows none: as if one of a hundred had been seen in fifty. */
const [PRIOR_SLOW, PRIOR_ANSWERS] = [0.5, 50]
/** Fewer are never expected: one slow answer is often followed by another. */
const FEWEST_SLOW = 0.01
const TAIL_SHARES = [0.3, 0.95]

/** Neighbours are alike: ten of them are one observation of the median. */
export const BLOCK = 10
/** A block is above where its median is more than so many times the level; of an unchanged service few are. */
export const MEDIAN_FACTOR = 1.5
const EXPECTED_ABOVE = 0.3
const ABOVE_SHARES = [0.6, 0.95]

/** The median of fewer answers is not known well enough to be held against. */
const MEDIAN_REFERENCE = 60

/** An answer joins the reference only so many answers later: until then it may be what is looked for. */
const DELAY = 20
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
}

export const NOTHING_JUDGED: Judged = {
  evidence: { errors: [], tail: [], median: [] },
  ...{ reference: [], waiting: [], block: [] },
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

/** Takes in whether an answer is slow: as soon as it is known, for one that never comes too. */
export function judgeTail(before: Judged, ms: number, first: number): Judged {
  const slowFrom = slowAfter(before, first)
  if (slowFrom === undefined) return before
  const { reference, evidence } = before
  const tail = addEvidence(evidence.tail, ms > slowFrom, {
    expected: expectedSlow(reference, slowFrom),
    alternatives: TAIL_SHARES,
  })
  return { ...before, evidence: { ...evidence, tail } }
}

/** Takes in the time of a good answer: it is judged with its neighbours, and becomes a part of the reference later. */
export function judgeMedian(before: Judged, ms: number, first: number): Judged {
  if (before.reference.length < first) return { ...before, reference: [...before.reference, ms] }
  const block = [...before.block, ms]
  if (block.length < BLOCK) return { ...before, block }
  const { evidence, reference } = before
  const level = before.level ?? (reference.length < MEDIAN_REFERENCE ? undefined : median(reference))
  const above =
    level === undefined
      ? evidence.median
      : addEvidence(evidence.median, median(block) > MEDIAN_FACTOR * level, {
          expected: EXPECTED_ABOVE,
          alternatives: ABOVE_SHARES,
        })
  const waiting = [...before.waiting, ...block]
  const joining = Math.min(
    Math.max(0, waiting.length - DELAY),
    Math.max(0, MOST_REFERENCE - reference.length),
  )
  return {
    ...before,
    evidence: { ...evidence, median: above },
    reference: [...reference, ...waiting.slice(0, joining)],
    waiting: waiting.slice(-DELAY),
    block: [],
  }
}

/** An answer that takes longer is slow; undefined while the reference is too small to say. */
export const slowAfter = ({ reference }: Pick<Judged, 'reference'>, first: number): number | undefined =>
  reference.length < first ? undefined : SLOW_FACTOR * (1 + FEW / reference.length) * quantile(reference, 0.9)

const expectedSlow = (reference: readonly number[], slowFrom: number): number => {
  const seen = reference.filter((ms) => ms > slowFrom).length
  return Math.max(FEWEST_SLOW, (PRIOR_SLOW + seen) / (PRIOR_ANSWERS + reference.length))
}

/** How far each test is: 1 or more is shown. `looks`: of requests, for which alpha holds. */
export function progressOf({ evidence }: Judged, looks: number, alpha: number): Record<Test, number> {
  const of = (test: Test, times: number): number =>
    evidenceOf(evidence[test]) / evidenceLimit(Math.max(1, times), alpha * TESTS[test])
  return { errors: of('errors', looks), tail: of('tail', looks), median: of('median', looks / BLOCK) }
}
