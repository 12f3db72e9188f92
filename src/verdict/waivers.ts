import type { CaseResult, Check, Comparison, Run, Waiver, WaiverUse } from '../records/index.ts'
import { counted, firstOf } from './figures.ts'

/** Whether a waiver has ended when a run begins; its last day is whole, in UTC. */
const isOver = ({ until }: Waiver, { startedAt }: Run): boolean => startedAt.slice(0, 10) > until

/** A waiver without a case waives whatever fails of its promise. */
const isOf = (
  waiver: Waiver,
  { id }: Check,
  { name }: { readonly name?: string | undefined } = {},
): boolean => waiver.id === id && (waiver.case === undefined || waiver.case === name)

/** What of a failed check counts, as the reason of a finding; undefined where all of it is waived. */
export function whatCounts(check: Check, run: Run): string | undefined {
  const { reason = 'no reason was given' } = check
  const valid = (run.waivers ?? []).filter((waiver) => !isOver(waiver, run))
  if (valid.some((waiver) => isOf(waiver, check))) return undefined
  const failed = failedCases(check)
  const open = openCases(check, run)
  if (failed.length > 0 && open.length === 0) return undefined
  const counts = open.length < failed.length ? open.map(describeCase).join('; ') : reason
  return [counts, ...endedWaivers(check, run)].join('; ')
}

/** What is said of waivers that once covered a failure. */
export function endedWaivers(check: Check, run: Run): readonly string[] {
  const open = openCases(check, run)
  return (run.waivers ?? [])
    .filter((waiver) => isOver(waiver, run))
    .filter((waiver) => isOf(waiver, check) || open.some((one) => isOf(waiver, check, one)))
    .map(({ until }) => `its waiver ended on ${until}`)
}

/** One failure that counts: a promise, or one case of it. */
export type Failure = { readonly id: string; readonly case?: string }

/** Every failure of a run that keeps it from a PASS: of a promise with cases, each case by itself. */
export function countingFailures(run: Run): readonly Failure[] {
  const failed = run.checks.filter(({ outcome, required }) => outcome === 'failed' && required)
  const counting = failed.filter((check) => whatCounts(check, run) !== undefined)
  return counting.flatMap((check): readonly Failure[] => {
    const open = openCases(check, run)
    return open.length > 0 ? open.map(({ name }) => ({ id: check.id, case: name })) : [{ id: check.id }]
  })
}

/** The failed limits and regressions that keep a run from a PASS and could be waived. */
export const countingComparisons = (comparisons: readonly Comparison[]): readonly Failure[] =>
  comparisons
    .filter(({ id, outcome, waived }) => outcome === 'failed' && waived === undefined && isWaivable(id))
    .map(({ id }) => ({ id }))

/** The failed cases of a check that no valid waiver names. */
export function openCases(check: Check, run: Run): readonly CaseResult[] {
  const valid = (run.waivers ?? []).filter((waiver) => !isOver(waiver, run))
  return failedCases(check).filter((one) => !valid.some((waiver) => isOf(waiver, check, one)))
}

export const isWaived = (check: Check, run: Run): boolean =>
  check.outcome === 'failed' && whatCounts(check, run) === undefined

/** A failed check as a verdict shows it: with why it does not count, where all of it is waived. */
export function withWaiver(check: Check, run: Run): Check {
  if (!isWaived(check, run)) return check
  const uses = useWaivers(run, []).filter(({ id, state }) => id === check.id && state === 'used')
  return {
    ...check,
    waived: uses.map(({ reason, until }) => `waived until ${until}: ${reason}`).join('; '),
  }
}

/**
 * What of the comparisons can be waived, as a failed promise can: the limits of the policy, and what is worse than a baseline. A
 * request that fails is neither.
 */
export const isWaivable = (id: string): boolean =>
  /^(?:limits|regression)\.(?!.*(?:errors|errorRate))|^warm-(?:budget|to-cold)$/.test(id)

/** A failed comparison that a valid waiver names, with why it does not count; any other as it is. */
export function waivedComparison(one: Comparison, run: Run): Comparison {
  if (one.outcome !== 'failed' || !isWaivable(one.id)) return one
  const named = (run.waivers ?? []).filter(({ id }) => id === one.id)
  const valid = named.filter((waiver) => !isOver(waiver, run))
  if (valid.length > 0)
    return { ...one, waived: valid.map(({ until, reason }) => `waived until ${until}: ${reason}`).join('; ') }
  const ended = named.map(({ until }) => `its waiver ended on ${until}`)
  return ended.length > 0 ? { ...one, reason: [one.reason, ...ended].join('; ') } : one
}

/** The waivers of a run, each with what became of it. */
export function useWaivers(run: Run, comparisons: readonly Comparison[]): readonly WaiverUse[] {
  return (run.waivers ?? []).map((waiver) => ({ ...waiver, state: stateOf(waiver, run, comparisons) }))
}

function stateOf(waiver: Waiver, run: Run, comparisons: readonly Comparison[]): WaiverUse['state'] {
  const check = run.checks.find(({ id }) => id === waiver.id)
  const compared = comparisons.find(({ id }) => id === waiver.id)
  const outcome = check ? outcomeOf(waiver, check) : compared?.outcome
  if (outcome === 'failed') return isOver(waiver, run) ? 'expired' : 'used'
  return outcome === 'passed' ? 'unneeded' : 'unjudged'
}

/** What became of that which a waiver names. */
function outcomeOf(waiver: Waiver, check: Check): Check['outcome'] | undefined {
  if (waiver.case === undefined || check.outcome === 'passed') return check.outcome
  return check.cases?.find(({ name }) => name === waiver.case)?.outcome
}

/** How many failures do not count and why, and which waivers can go: said with every verdict. */
export function waiverSentences(uses: readonly WaiverUse[]): readonly string[] {
  const being = (state: WaiverUse['state']) => uses.filter((use) => use.state === state)
  const [used, unneeded] = [being('used'), being('unneeded')]
  const known = used.map((use) => `${nameOf(use)} (${use.reason}; until ${use.until})`)
  return [
    ...(used.length > 0
      ? [`${counted(used.length, 'failure')} ${used.length === 1 ? 'is' : 'are'} waived: ${firstOf(known)}.`]
      : []),
    ...(unneeded.length > 0
      ? [
          `${counted(unneeded.length, 'waiver')} ${unneeded.length === 1 ? 'is' : 'are'} no longer needed, remove ${unneeded.length === 1 ? 'it' : 'them'}: ${firstOf(unneeded.map(nameOf))} passed.`,
        ]
      : []),
  ]
}

const nameOf = ({ id, case: name }: Waiver): string => (name === undefined ? id : `${id} [${name}]`)

const failedCases = ({ cases = [] }: Check): readonly CaseResult[] =>
  cases.filter(({ outcome }) => outcome === 'failed')

export const describeCase = ({ name, reason = 'no reason was given' }: CaseResult): string =>
  `${name}: ${reason}`
