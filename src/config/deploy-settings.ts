import type { Command, DeployCommands, FieldOfAnswer, VersionProbe } from '../records/index.ts'
import { requireReferences } from '../references.ts'
import type { DeployConfig } from './deploy-schema.ts'

/** What a target says of its deploys, in the units and shapes that the deploy works with. */
export type DeploySettings = {
  readonly preset?: { readonly kind: string } & Readonly<Record<string, unknown>>
  /** What replaces the preset's own. */
  readonly commands: Partial<DeployCommands>
  /** Names the version to deploy. */
  readonly release?: Command
  /** How long the new version is watched: `10m`. */
  readonly watch?: string
  readonly onInconclusive: 'rollback' | 'keep'
  readonly deadlines: DeployDeadlines
  /** Where the commands are run: the folder of the configuration. */
  readonly folder: string
}

export type DeployDeadlines = {
  /** Of each command. */
  readonly commandMs: number
  /** From the end of the deploy's commands until the new version generates. */
  readonly answerMs: number
  readonly smokeMs: number
  readonly gateMs: number
  /** From the first command of a roll-back until the old version is verified. */
  readonly rollbackMs: number
}

const DEFAULT_SECONDS = {
  commandSeconds: 600,
  answerSeconds: 600,
  smokeSeconds: 10,
  gateSeconds: 1_800,
  rollbackSeconds: 600,
}

export function toDeploySettings(config: DeployConfig, folder: string): DeploySettings {
  const { preset, release, watch, onInconclusive = 'rollback' } = config
  const ms = (name: keyof typeof DEFAULT_SECONDS) => (config[name] ?? DEFAULT_SECONDS[name]) * 1_000
  return {
    ...(preset && { preset }),
    commands: commandsOf(config),
    ...(release !== undefined && { release: toCommand(release) }),
    ...(watch !== undefined && { watch }),
    ...{ onInconclusive, folder },
    deadlines: {
      commandMs: ms('commandSeconds'),
      answerMs: ms('answerSeconds'),
      smokeMs: ms('smokeSeconds'),
      gateMs: ms('gateSeconds'),
      rollbackMs: ms('rollbackSeconds'),
    },
  }
}

function commandsOf({
  command,
  version,
  promote,
  rollback,
  logs,
  url,
}: DeployConfig): Partial<DeployCommands> {
  return {
    ...(command !== undefined && { deploy: toCommands(command) }),
    ...(version && { version: toProbe(version) }),
    ...(promote !== undefined && { promote: toCommands(promote) }),
    ...(rollback !== undefined && { rollback: toCommands(rollback) }),
    ...(logs !== undefined && { logs: toCommand(logs) }),
    ...(url !== undefined && { url: url.replace(/\/+$/, '') }),
  }
}

type Words = string | readonly string[]

function toCommand(words: Words): Command {
  if (typeof words === 'string') return { argv: ['sh', '-c', words] }
  const [program = '', ...rest] = words
  return { argv: [program, ...rest] }
}

function toCommands(given: Words | readonly (readonly string[])[]): readonly Command[] {
  const isSeveral = typeof given !== 'string' && typeof given[0] !== 'string'
  return isSeveral ? (given as readonly (readonly string[])[]).map(toCommand) : [toCommand(given as Words)]
}

function toProbe(version: NonNullable<DeployConfig['version']>): VersionProbe {
  if ('command' in version) return { kind: 'command', command: toCommand(version.command) }
  if ('marker' in version) return { kind: 'marker', url: version.url, text: version.marker }
  const { url, bootPointer, bootHeader } = version
  const boot = fieldOf(bootPointer, bootHeader)
  const field = 'pointer' in version ? { pointer: version.pointer } : { header: version.header }
  return { kind: 'http', url, version: field, ...(boot && { boot }) }
}

function fieldOf(pointer: string | undefined, header: string | undefined): FieldOfAnswer | undefined {
  if (pointer !== undefined) return { pointer }
  return header === undefined ? undefined : { header }
}

/** Every text of these commands in which variables are filled in. */
const textsOf = ({ commands, release }: DeploySettings): readonly string[] => {
  const { deploy = [], promote = [], rollback = [], logs, version, url } = commands
  const probes = version?.kind === 'command' ? [version.command] : []
  const all = [
    ...deploy,
    ...promote,
    ...rollback,
    ...probes,
    ...[logs, release].filter((one) => one !== undefined),
  ]
  return [...all.flatMap(({ argv }) => argv), ...(url === undefined ? [] : [url])]
}

/** Throws `config-invalid` for a variable that a command needs and that is not there. */
export const requireDeployVariables = (
  settings: DeploySettings,
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): void => requireReferences(textsOf(settings), env, `The deploy of "${name}"`)
