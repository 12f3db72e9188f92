import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { HistoryReader, TargetIdentity } from '../history/index.ts'
import type { StoredBaseline } from '../records/index.ts'
import type { Plan } from '../run/index.ts'
import {
  type Difference,
  describeDifference,
  differencesOf,
  NAMED_FIELDS,
  type Origin,
  UNLIKE_FIELDS,
} from '../verdict/index.ts'
import { baselineRun, driftOf } from './baseline-run.ts'
import type { AgainstFlags } from './io.ts'

/** The differences that two runs may be compared in spite of, and those that they have. */
export type Alike = Pick<StoredBaseline, 'differences' | 'allowed'>

/** Throws `usage` for a field that `--allow-difference` cannot mean. */
export function requireKnownFields(fields: readonly string[]): void {
  for (const field of fields) {
    if (UNLIKE_FIELDS.includes(field)) continue
    if (NAMED_FIELDS.includes(field))
      throw new HarnessError(
        'usage',
        `A different ${field} is named and never refused: leave --allow-difference ${field} out.`,
      )
    throw new HarnessError(
      'usage',
      `--allow-difference: there is no field "${field}": ${didYouMean(field, UNLIKE_FIELDS)}`,
    )
  }
}

/** What the two differ in. Throws `usage`, with the fields, where they are unlike in one that was not allowed. */
export function requireAlike(
  [name, baseline]: readonly [string, Origin],
  candidate: Origin,
  allow: readonly string[],
): Alike {
  const all = differencesOf(baseline, candidate)
  const unlike = all.filter((one) => one.isUnlike)
  const refused = unlike.filter(({ field }) => !allow.includes(field))
  if (refused.length > 0) throw tooUnlike(name, refused)
  return {
    ...(all.length > 0 && { differences: all.map(describeDifference) }),
    ...(unlike.length > 0 && { allowed: unlike.map(describeDifference) }),
  }
}

function tooUnlike(name: string, refused: readonly Difference[]): HarnessError {
  const fields = refused.map(describeDifference).join('; ')
  const flags = refused.map(({ field }) => `--allow-difference ${field}`).join(' ')
  return new HarnessError(
    'usage',
    `The run ${name} and this one are unlike, so their figures cannot be compared: ${fields}. Name a baseline that is alike; where the difference is meant, add ${flags}.`,
  )
}

export type HoldFlags = { readonly baseline?: string; readonly allowDifference?: readonly string[] }

/** Throws `usage`: an allowance without a baseline would be ignored in silence. */
export function requireBaseline({
  baseline,
  allowDifference = [],
  against,
  againstUrl,
}: HoldFlags & Pick<AgainstFlags, 'against' | 'againstUrl'>): void {
  requireKnownFields(allowDifference)
  const isBeside = against !== undefined || againstUrl !== undefined
  if (baseline !== undefined && isBeside)
    throw new HarnessError('usage', '--baseline and --against contradict each other: give one of them.')
  if (baseline === undefined && !isBeside && allowDifference.length > 0)
    throw new HarnessError(
      'usage',
      '--allow-difference speaks of a baseline: name one with --baseline or --against.',
    )
}

/** What two targets that are measured side by side may differ in: the rest is one run's own. */
const OF_TARGETS = ['dialect', 'model', 'hardware', 'profile']

/** The same plan, whose other target is like its own but for what was allowed. Throws `usage`: nothing was sent. */
function besideAlike(plan: Plan, { allowDifference = [] }: HoldFlags): Plan {
  const { against, toolVersion } = plan.start
  if (!against?.fingerprint) return plan
  const ownNames = UNLIKE_FIELDS.filter((field) => !OF_TARGETS.includes(field))
  const other = [`of ${against.targetName}`, { toolVersion, fingerprint: against.fingerprint }] as const
  const { differences, allowed } = requireAlike(other, plan.start, [...allowDifference, ...ownNames])
  const isMeant = (one: string) => !ownNames.some((field) => one.startsWith(`${field}:`))
  const kept = { differences: differences?.filter(isMeant) ?? [], allowed: allowed?.filter(isMeant) ?? [] }
  const alike = {
    ...(kept.differences.length > 0 && { differences: kept.differences }),
    ...(kept.allowed.length > 0 && { allowed: kept.allowed }),
  }
  return { ...plan, start: { ...plan.start, against: { ...against, ...alike } } }
}

/** `last-good` where there is one: what a pipeline asks for that has not passed yet. */
export const LAST_GOOD_OR_NONE = 'last-good-or-none'

/** The same plan, held against the saved run that `--baseline` names. Throws `usage`: nothing was sent. */
export async function holdAgainst(
  plan: Plan,
  { baseline: name, allowDifference = [] }: HoldFlags,
  target: TargetIdentity,
  places: { readonly reportsDir: string; readonly cwd: string },
  history: HistoryReader | undefined,
): Promise<Plan> {
  if (name === undefined) return besideAlike(plan, { allowDifference })
  if (name === LAST_GOOD_OR_NONE && !(await history?.lastAccepted(target))) return plan
  const run = await baselineRun(name === LAST_GOOD_OR_NONE ? 'last-good' : name, target, places, history)
  const { runId, startedAt, starts } = run
  const alike = requireAlike([runId, run], plan.start, allowDifference)
  const drift = await driftOf(run, target.url ?? target.name, history)
  return { ...plan, start: { ...plan.start, baseline: { runId, startedAt, starts, drift, ...alike } } }
}
