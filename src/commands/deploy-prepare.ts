import type { Clock } from '../clock.ts'
import { type ConfigValues, type DeploySettings, requireDeployVariables } from '../config/index.ts'
import {
  type Deployed,
  type DeployPlan,
  type DeployWorld,
  nameRelease,
  planDeploy,
  secretsOfDeploy,
} from '../deploy/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { createRandom, freshSeed } from '../random.ts'
import { Redactor } from '../secret.ts'
import type { Io, RunFlags } from './io.ts'
import { loadSettings } from './settings.ts'

export type DeployFlags = RunFlags & {
  readonly release?: string
  readonly status?: boolean
  readonly rollback?: boolean
  readonly takeOver?: boolean
}

export type Prepared = {
  readonly plan: DeployPlan
  readonly values: ConfigValues
  readonly settings: DeploySettings
  readonly secrets: DeployWorld['secrets']
  readonly redact: (text: string) => string
}

/** All that can be known before anything is run. Throws `usage` or `config-invalid`. */
export async function prepareDeploy(flags: DeployFlags, io: Io, clock: Clock): Promise<Prepared> {
  const { values } = await loadSettings(runFlagsOf(flags), io)
  const { targetName, target, deploy: settings } = values
  const { env, signal } = io
  const now = clock.now().toISOString().slice(0, 19).replaceAll(':', '-')
  const deployId = `${now}-deploy-${createRandom(freshSeed()).marker(4)}`
  const isLook = flags.status === true || flags.rollback === true
  const input = { deployId, targetName, target, settings, env, isLook }
  const said = flags.release ?? (env['INFERGATE_VERSION'] || undefined)
  const first = planDeploy({ ...input, ...(said !== undefined && { release: said }) })
  if (!settings)
    throw new HarnessError('config-invalid', `The target "${targetName}" says nothing of its deploys.`)
  requireDeployVariables(settings, env, targetName)
  const secrets = secretsOfDeploy(first, settings)
  const redactor = new Redactor(secrets)
  const redact = (text: string) => redactor.redact(text)
  const isNamed = said !== undefined || !settings.release || flags.plan || isLook
  const { folder, release: command } = settings
  const release =
    isNamed || !command ? said : await nameRelease(command, { folder, clock, signal, secrets, env })
  const plan = { ...first, ...(release !== undefined && { release }) }
  return { plan, values, settings, secrets, redact }
}

export const worldOf = (
  { secrets, redact }: Prepared,
  {
    io,
    isQuiet = false,
    ...rest
  }: Pick<DeployWorld, 'clock' | 'journal' | 'folder' | 'parts'> & {
    readonly io: Io
    /** Only the last lines are said. */
    readonly isQuiet?: boolean
  },
): DeployWorld => ({
  ...rest,
  ...{ env: io.env, signal: io.signal, secrets, redact },
  say: (text) => (isQuiet ? undefined : io.stderr(`${text}\n`)),
})

const LOUD = '!'.repeat(78)

/** The last lines of a deploy; a roll-back that failed is not to be overlooked. */
export function sayEnd(
  { exitCode, says }: Deployed,
  io: Io,
  redact: (text: string) => string,
  folder: string,
): ExitCode {
  const text = `${redact(says)} Deploy: ${folder}`
  io.stderr(exitCode === EXIT.notRolledBack ? `\n${LOUD}\n${text}\n${LOUD}\n` : `\n${text}\n`)
  return exitCode
}

/** What of the flags belongs to the runs. */
export function runFlagsOf(flags: DeployFlags): RunFlags {
  const {
    release: _release,
    status: _status,
    rollback: _rollback,
    takeOver: _takeOver,
    plan: _plan,
    json: _json,
    ...rest
  } = flags
  return rest
}
