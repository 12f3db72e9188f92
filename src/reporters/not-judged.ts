import type { Check, Run, Verdict } from '../records/index.ts'
import { countOf } from './figures.ts'

/** What of a run says how much was asked for. */
export type Scope = Pick<Run, 'command' | 'selection'>

/** What a verdict leaves open, so that nobody takes it for more than it is: `the cold start (the service already ran)`. */
export function notJudged({ checks, comparisons }: Verdict, scope?: Scope): readonly string[] {
  const idle = checks.filter(({ outcome }) => outcome === 'not-applicable').length
  const notRun = checks.filter(isNotRun).length
  const found = comparisons.some(({ id, outcome }) => id === 'cold-starts' && outcome === 'not-applicable')
  return [
    ...(scope?.command === 'check' ? ['cold starts and warm answers (`infergate check` times nothing)'] : []),
    ...(scope?.command === 'bench' ? ['promises (`infergate bench` checks none)'] : []),
    ...(scope?.selection === undefined ? [] : ['checks outside the selection']),
    ...(found ? ['the cold start (the service already ran)'] : []),
    ...(notRun > 0 ? [`${countOf(notRun, 'check')} not run`] : []),
    ...(idle > 0 ? [`${countOf(idle, 'check')} not applicable`] : []),
  ]
}

/** A check that was not begun says so at the start of its reason. */
export const isNotRun = ({ outcome, reason }: Pick<Check, 'outcome' | 'reason'>): boolean =>
  outcome === 'inconclusive' && (reason?.startsWith('not run') ?? false)

/** `100 checks: 55 passed, 2 failed, 1 inconclusive, 33 not run, 9 not applicable`. */
export function countChecks(checks: readonly Check[]): string {
  const kinds = Map.groupBy(checks, (check): string =>
    isNotRun(check) ? 'not run' : check.outcome === 'not-applicable' ? 'not applicable' : check.outcome,
  )
  const counts = ['passed', 'failed', 'inconclusive', 'not run', 'not applicable'].flatMap((kind) => {
    const n = kinds.get(kind)?.length ?? 0
    return n > 0 ? [`${n} ${kind}`] : []
  })
  return `${countOf(checks.length, 'check')}: ${counts.join(', ')}`
}
