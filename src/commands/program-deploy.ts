import type { Command } from 'commander'
import type { DeployFlags } from './deploy-prepare.ts'
import { addRunFlags, type TypedOptions, toRunFlags } from './flags.ts'
import { EXAMPLES } from './help-texts.ts'
import type { ProgramContext } from './program-context.ts'

type DeployOptions = TypedOptions & Pick<DeployFlags, 'release' | 'status' | 'rollback' | 'takeOver'>

export function addDeploy(program: Command, { io, done }: ProgramContext): void {
  addRunFlags(
    program
      .command('deploy')
      .description('bring a new version live, judge it, and go back to the old one where it fails'),
  )
    .option('--release <version>', 'which version is deployed; default: INFERGATE_VERSION')
    .option('--plan', 'show what would be run, step by step, and run nothing')
    .option(
      '--status',
      'say how the last deploy ended and which version is live; runs only the version probe',
    )
    .option('--rollback', 'go back to the version that was live before the last deploy, and verify it')
    .option(
      '--take-over',
      'go on where another deploy did not end: it is on a lost machine, or was never judged',
    )
    .addHelpText('after', EXAMPLES.deploy)
    .action(async (options: DeployOptions) => {
      const flags = toRunFlags(options) as DeployFlags
      const world = io(options.color)
      const { runDeployCommand } = await import('./deploy-command.ts')
      done(await runDeployCommand(flags, world))
    })
}
