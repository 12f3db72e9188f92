import { type DeploySettings, didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { TargetSpec, UrlTarget } from '../records/index.ts'
import { looselyFilled } from '../references.ts'
import { isProgram } from './find-program.ts'
import type { Command, DeployCommands, DeployPlan } from './plan.ts'
import { PRESETS } from './presets/index.ts'

export type PlanDeployInput = {
  readonly deployId: string
  readonly targetName: string
  readonly target: TargetSpec
  readonly settings: DeploySettings | undefined
  readonly release?: string
  /** Whether what is deployed needs no name yet: nothing will be. */
  readonly isLook?: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Throws `config-invalid` or `usage` for whatever a deploy lacks, before anything is run. */
export function planDeploy(input: PlanDeployInput): DeployPlan {
  const { deployId, targetName, target, settings, release, env } = input
  if (target.kind !== 'url')
    throw invalid(
      `The target "${targetName}" is a ${target.kind}, which infergate starts itself: deploy a target of kind url, where a service runs on.`,
    )
  if (!settings)
    throw invalid(
      `The target "${targetName}" says nothing of its deploys: give it \`deploy: { preset }\`, or \`deploy: { command, version, rollback }\`, in the configuration.`,
    )
  const commands = commandsOf(targetName, target, settings)
  const plan = {
    ...{
      deployId,
      targetName,
      own: target,
      commands,
      deadlines: settings.deadlines,
      folder: settings.folder,
    },
    fresh: commands.url === undefined ? target : besideOf(target, commands.url),
    isBeside: commands.url !== undefined,
    onInconclusive: settings.onInconclusive,
    ...(settings.watch !== undefined && { watchFor: settings.watch }),
    ...(release !== undefined && { release }),
  }
  if (!input.isLook) {
    refuseRelease(plan, settings)
    requireRelease(plan, settings)
  }
  requirePrograms(plan, settings, env)
  return plan
}

/** What the user writes replaces what the preset says. */
function commandsOf(name: string, target: UrlTarget, { preset, commands }: DeploySettings): DeployCommands {
  const given = { ...(preset && presetCommands(name, target, preset)), ...commands }
  const { deploy, version, rollback, promote, url } = given
  if (!deploy || !version || !rollback) {
    const missing = [
      ...(deploy ? [] : ['`command` (makes the new version run)']),
      ...(version ? [] : ['`version` (which version answers)']),
      ...(rollback ? [] : ['`rollback` (makes the old version answer again)']),
    ]
    throw invalid(
      `targets.${name}.deploy lacks ${missing.join(', ')}: add it, or name a \`preset\`; nothing was run.`,
    )
  }
  if (url !== undefined && !promote)
    throw invalid(
      `targets.${name}.deploy has \`url\`, where the new version answers beside the old one, and no \`promote\`, so nothing would give it the traffic: add \`promote\`, or leave \`url\` out; nothing was run.`,
    )
  if (url === undefined && promote)
    throw invalid(
      `targets.${name}.deploy has \`promote\`, and no \`url\` where the new version answers before that: add \`url\`, or make it a part of \`command\`; nothing was run.`,
    )
  if (url !== undefined && target.baseUrl !== undefined && placeOf(url) === placeOf(target.baseUrl))
    throw invalid(
      `targets.${name}.deploy.url is the address of the target itself, so the gate would hold the new version against itself: give the address where it answers before it has the traffic, or leave out \`url\` and \`promote\`; nothing was run.`,
    )
  return { ...given, deploy, version, rollback }
}

function presetCommands(
  name: string,
  target: UrlTarget,
  options: NonNullable<DeploySettings['preset']>,
): DeployCommands {
  const { kind } = options
  const preset = Object.hasOwn(PRESETS, kind) ? PRESETS[kind] : undefined
  if (!preset)
    throw invalid(
      `targets.${name}.deploy.preset: there is no preset "${kind}": ${didYouMean(kind, Object.keys(PRESETS))}`,
    )
  return preset(options, { name, ...(target.baseUrl !== undefined && { url: target.baseUrl }) })
}

/** The same service at the other place: what it speaks, its headers and limits stay. URLs of single operations are the old one's. */
const besideOf = ({ urls: _, ...target }: UrlTarget, baseUrl: string): UrlTarget => ({
  ...target,
  baseUrl: placeOf(baseUrl),
})

const placeOf = (url: string): string => url.replace(/\/+$/, '').replace(/\/v1$/, '')

/** Every command of a plan, in the order in which they may be run. */
export function allCommands({
  deploy,
  version,
  versionBeside,
  promote = [],
  rollback,
  logs,
}: DeployCommands): readonly Command[] {
  const probes = [version, versionBeside].flatMap((one) => (one?.kind === 'command' ? [one.command] : []))
  return [...probes, ...deploy, ...promote, ...rollback, ...(logs ? [logs] : [])]
}

function requireRelease({ commands, release, targetName }: DeployPlan, settings: DeploySettings): void {
  if (release !== undefined || settings.release) return
  const { version } = commands
  const texts = [
    ...allCommands(commands).flatMap(({ argv }) => argv),
    ...(version.kind === 'command' ? [] : [version.url]),
    ...(version.kind === 'marker' ? [version.text] : []),
  ]
  if (!texts.some((text) => text.includes('{version}'))) return
  throw new HarnessError(
    'usage',
    `The deploy of ${targetName} needs the name of the version ({version} stands in its commands): give --release NAME, INFERGATE_VERSION, or \`release\` in targets.${targetName}.deploy; nothing was run.`,
  )
}

/** A name that the probe can never answer with would let each deploy wait in vain, and go back. */
function refuseRelease({ commands, release, targetName }: DeployPlan, settings: DeploySettings): void {
  const { namesItself } = commands
  // Another way to ask for the version may well know the name.
  if (namesItself === undefined || settings.commands.version) return
  if (release === undefined && !settings.release) return
  throw new HarnessError(
    'usage',
    `The deploy of ${targetName} takes no name for the version: ${namesItself}. Leave out --release, INFERGATE_VERSION and targets.${targetName}.deploy.release; nothing was run.`,
  )
}

/** A roll-back whose program is missing is found out before it is needed. */
function requirePrograms(
  { commands, folder }: DeployPlan,
  { release }: DeploySettings,
  env: PlanDeployInput['env'],
): void {
  const programs = [...allCommands(commands), ...(release ? [release] : [])].map(({ argv: [program] }) =>
    looselyFilled(program, env),
  )
  const missing = [...new Set(programs)].filter((program) => !isProgram(program, folder, env['PATH']))
  if (missing.length === 0) return
  throw invalid(
    `The deploy needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not found here: install ${missing.length === 1 ? 'it' : 'them'}, or give the full path; nothing was run.`,
  )
}

const invalid = (message: string): HarnessError => new HarnessError('config-invalid', message)
