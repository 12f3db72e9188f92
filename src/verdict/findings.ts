import type { Caused, Check, Comparison, Finding, Run } from '../records/index.ts'
import { describeCause, withinAnother } from './causes.ts'
import { counted, firstOf } from './figures.ts'
import { endedWaivers, isWaived, openCases, whatCounts, withWaiver } from './waivers.ts'

/** What one check shows of one thing that is wrong. */
type Shown = Pick<Finding, 'outcome' | 'required' | 'reason'> & {
  readonly id: string
  readonly caused: Caused
  /** What is said of it beside its cause. */
  readonly besides?: readonly string[]
}

/**
 * What did not hold, each cause once: required before advisory, failed before inconclusive, then what is tagged `core`, else in
 * order of the run. A check whose cases have several causes counts under each.
 */
export function findingsOf(run: Run, comparisons: readonly Comparison[] = []): readonly Finding[] {
  const isCore = ({ id }: Shown): boolean =>
    run.promises.find((promise) => promise.id === id)?.tags.includes('core') ?? false
  const shown = [...run.checks.flatMap((check) => shownBy(check, run)), ...comparisons.flatMap(measured)]
  const ordered = shown.toSorted((a, b) => weight(b) - weight(a) || Number(isCore(b)) - Number(isCore(a)))
  const merged = ordered.map((one) => ({ ...one, caused: withinAnother(one, ordered) }))
  const groups = Map.groupBy(merged, ({ outcome, required, caused, reason }) =>
    JSON.stringify([outcome, required, caused.cause === undefined ? reason : describeCause(caused)]),
  )
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const { outcome, required, caused, id } = first
    const ids: Finding['checks'] = [
      id,
      ...new Set(others.map((other) => other.id).filter((one) => one !== id)),
    ]
    const besides = [...new Set([first, ...others].flatMap((one) => one.besides ?? []))]
    const says = caused.cause === undefined ? first.reason : [describeCause(caused), ...besides].join('; ')
    return [{ outcome, required, reason: ids.length === 1 ? first.reason : says, checks: ids }]
  })
}

/** A finding as a reason of a verdict. */
export function describeFinding({ reason, checks }: Finding): string {
  const [id] = checks
  return checks.length === 1
    ? `${id} failed: ${reason}`
    : `1 finding in ${counted(checks.length, 'check')}: ${reason} (${firstOf(checks)})`
}

function shownBy(check: Check, run: Run): readonly Shown[] {
  const { id, outcome, says } = check
  if (outcome !== 'failed' && outcome !== 'inconclusive') return []
  const listed = run.promises.find((promise) => promise.id === id)?.required ?? check.required
  const common = { id, outcome, required: listed && !isWaived(check, run) }
  if (outcome === 'inconclusive' || isWaived(check, run)) {
    const { waived, reason = says } = withWaiver(check, run)
    return [{ ...common, reason: waived === undefined ? reason : `${waived}; ${reason}`, caused: check }]
  }
  const reason = whatCounts(check, run) ?? says
  const besides = endedWaivers(check, run)
  const cases = Map.groupBy(openCases(check, run), ({ cause, causeIn }) => JSON.stringify([cause, causeIn]))
  if (cases.size < 2 || check.cause !== undefined) {
    const [only = []] = cases.values()
    return [{ ...common, reason, besides, caused: check.cause === undefined ? (only[0] ?? {}) : check }]
  }
  return [...cases.values()].map((same) => ({
    ...{ ...common, besides, caused: same[0] ?? {} },
    reason: [
      ...same.map(({ name, reason: why = 'no reason was given' }) => `${name}: ${why}`),
      ...besides,
    ].join('; '),
  }))
}

function measured({ id, outcome, reason, waived }: Comparison): readonly Shown[] {
  if (outcome !== 'failed' && outcome !== 'inconclusive') return []
  const said = waived === undefined ? reason : `${waived}; ${reason}`
  return [{ id, outcome, required: waived === undefined, reason: said, caused: {} }]
}

const weight = ({ outcome, required }: Shown): number => (required ? 2 : 0) + (outcome === 'failed' ? 1 : 0)
