import { type Clock, systemClock } from '../clock.ts'
import {
  Ledger,
  leftoverOf,
  openDeployJournal,
  ownHolder,
  readDeployJournal,
  requireFree,
  rollBack,
  Session,
} from '../deploy/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { type DeployFlags, prepareDeploy, sayEnd, worldOf } from './deploy-prepare.ts'
import type { Io } from './io.ts'
import { whoAmI } from './who-am-i.ts'

/** Back to the version that the last deploy had noted, also where that deploy died. Exit 0: it answers again; 41: it does not. */
export async function runDeployRollback(
  flags: DeployFlags,
  io: Io,
  clock: Clock = systemClock,
  why = 'somebody asked for it',
): Promise<ExitCode> {
  const prepared = await prepareDeploy(flags, io, clock)
  const { plan, values, redact } = prepared
  const { targetName } = plan
  using ledger = new Ledger(values.history)
  const entry = ledger.last(targetName)
  const events = entry && readDeployJournal(entry.folder)
  if (!entry || !events)
    throw new HarnessError(
      'usage',
      `No deploy of ${targetName} is known here, so there is no version to roll back to${entry ? ` (${entry.folder} is gone)` : ''}: run the roll-back of your platform by hand.`,
    )
  const leftover = leftoverOf(entry)
  requireFree(leftover, flags.takeOver === true)
  const { before, release } = leftover.state ?? {}
  if (before?.reading.kind !== 'version')
    throw new HarnessError(
      'usage',
      `Before the deploy ${entry.deployId} no version of ${targetName} was live, so there is nothing to roll back to.`,
    )
  using journal = openDeployJournal(entry.folder, redact)
  const begunAt = clock.now().toISOString()
  ledger.take({ ...entry, holder: ownHolder(whoAmI(io.env)), begunAt }, (now) => {
    if (now && (now.deployId !== entry.deployId || now.holder.pid !== entry.holder.pid))
      requireFree(leftoverOf(now), false)
  })
  const parts = { gate: unused, accept: unused }
  const isQuiet = flags.quiet === true
  const world = worldOf(prepared, { io, clock, journal, folder: entry.folder, parts, isQuiet })
  const session = new Session({ ...plan, ...(release !== undefined && { release }) }, world, events)
  const deployed = await rollBack(session, why)
  if (deployed.isOver) ledger.end(entry.deployId, clock.now().toISOString())
  sayEnd(deployed, io, redact, entry.folder)
  if (leftover.state?.done.includes('accept'))
    io.stderr(
      `The baseline of ${targetName} is still the run ${leftover.state.gateRun}, of the version that was taken back: \`infergate baseline list\` shows the one before, and \`infergate baseline promote\` makes it the baseline again.\n`,
    )
  return deployed.exitCode === EXIT.rolledBack ? EXIT.pass : deployed.exitCode
}

const unused = (): never => {
  throw new Error('a roll-back judges nothing')
}
