import type { Check, Run, Verdict } from '../records/index.ts'
import { countOf } from './figures.ts'

/** What of a run says how much was asked for. */
export type Scope = Pick<Run, 'command' | 'selection'> &
  Partial<Pick<Run, 'promises'>> &
  Partial<Pick<Run, 'scaleToZero'>>

/** What a verdict leaves open, so that nobody takes it for more than it is: `the cold start (the service already ran)`. */
export function notJudged({ checks, comparisons }: Verdict, scope?: Scope): readonly string[] {
  const idle = checks.filter(({ outcome }) => outcome === 'not-applicable').length
  const notRun = checks.filter(isNotRun).length + neverBegun(checks, scope?.promises)
  const found = comparisons.some(({ id, outcome }) => id === 'cold-starts' && outcome === 'not-applicable')
  const leftOut = scope?.scaleToZero?.coldStarts === 0
  return [
    ...(scope?.command === 'check' ? ['cold starts and warm answers (`infergate check` times nothing)'] : []),
    ...(scope?.command === 'bench' ? ['promises (`infergate bench` checks none)'] : []),
    ...(scope?.selection === undefined ? [] : ['checks outside the selection']),
    ...(found ? [`the cold start (${leftOut ? '--no-cold' : 'the service already ran'})`] : []),
    ...(notRun > 0 ? [`${countOf(notRun, 'check')} not run`] : []),
    ...(idle > 0 ? [`${countOf(idle, 'check')} not applicable`] : []),
  ]
}

/** A check that was not begun says so at the start of its reason. */
export const isNotRun = ({ outcome, reason }: Pick<Check, 'outcome' | 'reason'>): boolean =>
  outcome === 'inconclusive' && (reason?.startsWith('not run') ?? false)

/** Of a run that was killed: promises of which its journal says nothing. */
const neverBegun = (checks: readonly Check[], promises: Run['promises'] = []): number =>
  promises.filter(({ id }) => !checks.some((check) => check.id === id)).length

/** `100 checks: 55 passed, 2 failed, 1 inconclusive, 33 not run, 9 not applicable`. */
export function countChecks(checks: readonly Check[], promises?: Run['promises']): string {
  const missing = neverBegun(checks, promises)
  const kinds = Map.groupBy(checks, (check): string =>
    isNotRun(check) ? 'not run' : check.outcome === 'not-applicable' ? 'not applicable' : check.outcome,
  )
  const counts = ['passed', 'failed', 'inconclusive', 'not run', 'not applicable'].flatMap((kind) => {
    const n = (kinds.get(kind)?.length ?? 0) + (kind === 'not run' ? missing : 0)
    return n > 0 ? [`${n} ${kind}`] : []
  })
  return `${countOf(checks.length + missing, 'check')}: ${counts.join(', ')}`
}
