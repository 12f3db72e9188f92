import { systemClock } from '../clock.ts'
import { type ExitCode, HarnessError } from '../errors.ts'
import { runDeploy } from './deploy.ts'
import type { DeployFlags } from './deploy-prepare.ts'
import { runDeployRollback } from './deploy-rollback.ts'
import { runDeployStatus } from './deploy-status.ts'
import type { Io } from './io.ts'

/** One of the four things that `infergate deploy` does. */
export async function runDeployCommand(flags: DeployFlags, io: Io): Promise<ExitCode> {
  const asked = (['plan', 'status', 'rollback'] as const).filter((name) => flags[name])
  if (asked.length > 1)
    throw new HarnessError('usage', `--${asked.join(' and --')} contradict each other: give one of them.`)
  if (flags.status) return runDeployStatus(flags, io, systemClock)
  if (flags.rollback) return runDeployRollback(flags, io)
  return runDeploy(flags, io)
}
