import { EXIT } from '../errors.ts'
import type { Finding, Verdict } from '../records/index.ts'

/** What one cause broke: the check to look at, and the others that show it. */
export type FoundCause = Omit<Finding, 'checks'> & { readonly id: string; readonly others: readonly string[] }

/**
 * What did not hold, each cause once, worst first. Where a run could not go on, what it could not tell has that one cause and is
 * not repeated.
 */
export function causes({ findings, exitCode }: Verdict): readonly FoundCause[] {
  const told = wasStopped(exitCode) ? findings.filter(({ outcome }) => outcome === 'failed') : findings
  return told.map(({ checks: [id, ...others], ...finding }) => ({ ...finding, id, others }))
}

/** `health.agrees-with-generation and 3 more`. */
export const nameOf = ({ id, others }: FoundCause): string =>
  others.length === 0 ? id : `${id} and ${others.length} more`

const STOPPED: readonly number[] = [EXIT.usage, EXIT.couldNotRun, EXIT.interrupted, EXIT.terminated]

const wasStopped = (exitCode: number): boolean => STOPPED.includes(exitCode)
