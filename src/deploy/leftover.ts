import { HarnessError } from '../errors.ts'
import type { Reading } from './events.ts'
import { type DeployState, foldDeploy, hasTouched, isLive, wayBackText } from './fold.ts'
import { holderText, lifeOf } from './holder.ts'
import { readDeployJournal } from './journal.ts'
import type { LedgerEntry } from './ledger.ts'
import { isBack } from './readings.ts'
import { readingText, STEP_TEXT } from './words.ts'

/** The last deploy of a target as it was left. */
export type Leftover = {
  readonly entry: LedgerEntry
  readonly life: 'ended' | ReturnType<typeof lifeOf>
  /** Absent: its journal is gone. */
  readonly state?: DeployState
}

export function leftoverOf(entry: LedgerEntry): Leftover {
  const events = readDeployJournal(entry.folder)
  const life = entry.endedAt === undefined ? lifeOf(entry.holder) : 'ended'
  return { entry, life, ...(events && { state: foldDeploy(events) }) }
}

/** What became of it, in sentences. */
export function leftoverText({ entry, life, state }: Leftover): string {
  const { deployId, holder, begunAt, folder } = entry
  const begun = `Deploy ${deployId} of ${entry.target} (${holderText(holder)}, begun ${begunAt})`
  if (!state) return `${begun} left no journal: ${folder} is gone.`
  if (life === 'ended') return `${begun} ended: ${state.ended?.says ?? state.interrupted ?? 'without a word'}`
  if (life === 'alive') return `${begun} goes on: ${stepText(state)}.`
  if (life === 'elsewhere')
    return `${begun} may still go on, on a machine that cannot be looked at from here: ${stepText(state)}.`
  if (state.interrupted !== undefined)
    return `${begun} was interrupted ${stepText(state)}. ${wayBackText(state)}`
  if (state.ended) return `${begun} ended: ${state.ended.says}`
  return `${begun} died ${stepText(state)}.`
}

const stepText = ({ open, begun }: DeployState): string => {
  if (open !== undefined) return `in the step ${open} (${STEP_TEXT[open]})`
  const last = begun.at(-1)
  return last === undefined ? 'before its first step' : `after the step ${last}`
}

/** Whether somebody may hold the target now. Throws `deploy-locked`. */
export function requireFree(leftover: Leftover, takesOver: boolean): void {
  const { life, entry } = leftover
  if (life !== 'alive' && (life !== 'elsewhere' || takesOver)) return
  const next =
    life === 'alive' ? 'wait until it ends' : `wait until it ends; if that machine is gone, add --take-over`
  throw new HarnessError(
    'deploy-locked',
    `Another deploy holds ${entry.target}: ${leftoverText(leftover)} Nothing was run: ${next}.`,
  )
}

/**
 * Whether a new deploy can begin on what a dead one left: where it had changed nothing, where the version that it noted answers, where
 * its own version had passed, or where there was nothing to lose. Throws `deploy-unfinished`.
 */
export function requireSafe(leftover: Leftover, live: Reading, takesOver: boolean): void {
  const { life, state, entry } = leftover
  if (life === 'ended' || takesOver || isSafe(state, live)) return
  const { target } = entry
  throw new HarnessError(
    'deploy-unfinished',
    `${leftoverText(leftover)} Live now: it ${readingText(live)}, which was never judged to its end. Nothing was run: go back with \`infergate deploy --target ${target} --rollback\`, or add --take-over to deploy on top of it.`,
  )
}

/** Whether a dead deploy's new version may still run beside the old one: it holds the place of the next. */
export const mayRunBeside = ({ life, state }: Leftover): boolean =>
  life === 'dead' &&
  state !== undefined &&
  hasTouched(state) &&
  !isLive(state) &&
  state.before?.reading.kind === 'version'

function isSafe(state: DeployState | undefined, live: Reading): boolean {
  if (!state) return false
  const { before, fresh } = state
  if (!hasTouched(state) || before?.reading.kind === 'none') return true
  const isOld =
    before?.reading.kind === 'version' && isBack(live, before.reading, fresh ?? { kind: 'none', why: '' })
  const isPassed =
    isLive(state) && live.kind === 'version' && fresh?.kind === 'version' && live.version === fresh.version
  return isOld || isPassed
}
