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
