import { rmSync } from 'node:fs'
import { type Clock, systemClock } from '../clock.ts'
import {
  type Deployed,
  deploy,
  describePlan,
  Ledger,
  type Leftover,
  leftoverOf,
  leftoverText,
  mayRunBeside,
  openDeployJournal,
  ownHolder,
  requireFree,
  requireSafe,
} from '../deploy/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { openRunFolder } from '../reporters/index.ts'
import { deployParts, dryRun } from './deploy-parts.ts'
import {
  type DeployFlags,
  type Prepared,
  prepareDeploy,
  runFlagsOf,
  sayEnd,
  worldOf,
} from './deploy-prepare.ts'
import { runDeployRollback } from './deploy-rollback.ts'
import { askLive } from './deploy-status.ts'
import type { Io } from './io.ts'
import { whoAmI } from './who-am-i.ts'

/** Deploys, judges, and stays or goes back. Exit 0 only where the new version passed and is live. */
export async function runDeploy(
  flags: DeployFlags,
  io: Io,
  clock: Clock = systemClock,
  partsOf: typeof deployParts = deployParts,
): Promise<ExitCode> {
  const prepared = await prepareDeploy(flags, io, clock)
  const { plan, values, settings } = prepared
  if (flags.plan) {
    io.stdout(describePlan(plan, settings.release))
    return EXIT.pass
  }
  await dryRun(plan, values, io)
  using ledger = new Ledger(values.history)
  const before = ledger.last(plan.targetName)
  const leftover = before && leftoverOf(before)
  if (leftover) await mayBegin(leftover, prepared, flags, io, clock)
  if (leftover && plan.isBeside && mayRunBeside(leftover)) {
    const back = { ...flags, rollback: true }
    const exitCode = await runDeployRollback(back, io, clock, 'its deploy died beside the live one')
    if (exitCode !== EXIT.pass) return exitCode
  }
  const folder = openRunFolder(values.reportsDir, plan.deployId)
  try {
    using journal = openDeployJournal(folder.path, prepared.redact)
    const { deployId, targetName: target } = plan
    const entry = { target, deployId, folder: folder.path, holder: ownHolder(whoAmI(io.env)) }
    ledger.take({ ...entry, begunAt: clock.now().toISOString() }, (now) => requireUnchanged(before, now))
    const parts = partsOf(plan, values, runFlagsOf(flags), io, clock)
    const world = worldOf(prepared, {
      ...{ io, clock, journal, folder: folder.path, parts },
      ...(flags.quiet && { isQuiet: true }),
    })
    const deployed = await endOnError(ledger, deployId, clock, () => deploy(plan, world))
    if (deployed.isOver) ledger.end(deployId, clock.now().toISOString())
    return sayEnd(deployed, io, prepared.redact, folder.path)
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'deploy-locked')
      rmSync(folder.path, { recursive: true })
    throw error
  }
}

/** What a dead deploy left is told, and stands in the way only where it is not safe. */
async function mayBegin(
  leftover: Leftover,
  prepared: Prepared,
  flags: DeployFlags,
  io: Io,
  clock: Clock,
): Promise<void> {
  requireFree(leftover, flags.takeOver === true)
  if (leftover.life === 'ended') return
  const live = await askLive(leftover, prepared, io, clock)
  requireSafe(leftover, live, flags.takeOver === true)
  io.stderr(`${prepared.redact(leftoverText(leftover))}\n`)
}

/** Between the look and the lock somebody else may have begun. Throws `deploy-locked`. */
function requireUnchanged(seen: Leftover['entry'] | undefined, now: Leftover['entry'] | undefined): void {
  // A roll-back of the same deploy begins anew.
  if (now && (now.deployId !== seen?.deployId || now.begunAt !== seen.begunAt))
    requireFree(leftoverOf(now), false)
  if (now?.deployId !== seen?.deployId)
    throw new HarnessError(
      'deploy-locked',
      'Another deploy of this target began and ended at the same moment: run again.',
    )
}

/** Where nothing was touched, nothing is left for the next one to know. */
async function endOnError(
  ledger: Ledger,
  deployId: string,
  clock: Clock,
  act: () => Promise<Deployed>,
): Promise<Deployed> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof HarnessError) ledger.end(deployId, clock.now().toISOString())
    throw error
  }
}
