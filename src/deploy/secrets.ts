import type { DeploySettings } from '../config/index.ts'
import type { TargetSpec } from '../records/index.ts'
import type { Secret } from '../secret.ts'
import { knownSecrets } from '../targets/index.ts'
import type { DeployPlan } from './plan.ts'
import { allCommands } from './plan-deploy.ts'

/** What may stand in nothing that a deploy writes: the secrets of the service, of the environment, and those in the commands. */
export function secretsOfDeploy(
  { own, fresh, commands }: DeployPlan,
  { release }: DeploySettings,
): readonly Secret[] {
  const argv = [...allCommands(commands), ...(release ? [release] : [])].flatMap(({ argv }) => argv)
  const [program = '', ...words] = argv
  const run: TargetSpec = {
    kind: 'process',
    dialect: own.dialect,
    readyTimeoutMs: 0,
    command: [program, ...words],
  }
  return [run, own, fresh].flatMap((spec) => knownSecrets(spec, process.env))
}
