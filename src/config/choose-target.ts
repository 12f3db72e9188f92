import { HarnessError } from '../errors.ts'
import type { TargetSpec } from '../records/index.ts'
import type { ConfigFile } from './config-file.ts'
import { type DeploySettings, toDeploySettings } from './deploy-settings.ts'
import { didYouMean } from './did-you-mean.ts'
import { API_KEY, type Layers, type Pick } from './layers.ts'
import type { ConfigInput, KnownNames, Origin } from './resolved.ts'
import { type TargetConfig, targetSchema } from './target-schema.ts'
import { requireVariables, toTargetSpec } from './target-spec.ts'

export type Situation = {
  readonly input: ConfigInput
  readonly file: ConfigFile | undefined
  /** What paths in the file are relative to. */
  readonly folder: string
  readonly seed: number | undefined
}

export type Chosen = {
  readonly name: string
  readonly spec: TargetSpec
  readonly origins: ReadonlyMap<string, Origin>
  /** Of a service that a new version can be brought to. */
  readonly deploy?: DeploySettings
}

/** What a target speaks when it brings no dialect of its own. */
const DIALECTS = ['openai', 'ananke']
const OVERRIDES = ['dialect', 'model', 'profile', 'faults'] as const

/** Which target is judged, with what flags and environment change about it; undefined where nothing names one. */
export function chooseTarget(layers: Layers, situation: Situation): Chosen | undefined {
  const { input, file, folder } = situation
  const choice = strongest(layers) ?? impliedSimulator(layers)
  if (!choice) return undefined
  const base = choice.url ? adHoc(choice.url, input) : named(choice.name, file)
  const origins = new Map<string, Origin>([['target', choice.origin]])
  for (const key of Object.keys(base))
    origins.set(`target.${key}`, choice.url ? choice.origin : originInFile(choice.name, file))
  let config: TargetConfig = base
  for (const key of OVERRIDES) {
    const pick = layers.flag(key) ?? layers.environment(key)
    if (!pick) continue
    config = override(config, key, pick, choice.name)
    origins.set(`target.${key}`, pick.origin)
  }
  requireKnown(config, input.known ?? {})
  requireVariables(config, input.env, choice.name)
  const deploy = config.kind === 'url' && config.deploy && toDeploySettings(config.deploy, folder)
  return {
    name: choice.name,
    spec: toTargetSpec(config, { folder, seed: situation.seed }),
    origins,
    ...(deploy && { deploy }),
  }
}

type Choice = { readonly name: string; readonly origin: Origin; readonly url?: string }

/** The strongest layer that names a target or gives a URL decides; one layer may not do both. */
function strongest(layers: Layers): Choice | undefined {
  for (const layer of ['flag', 'environment', 'file'] as const) {
    const target = layers[layer]('target')
    const url = layer === 'file' ? undefined : layers[layer]('url')
    if (target && url && target.value !== 'url')
      throw usage(`${target.origin.name} and ${url.origin.name} contradict each other: give one of them.`)
    if (url) return { name: 'url', origin: url.origin, url: String(url.value) }
    if (target) return { name: String(target.value), origin: target.origin }
  }
  return undefined
}

/** Only the simulator has faults and profiles. A variable left in the environment must not choose what a deploy is judged by. */
function impliedSimulator(layers: Layers): Choice | undefined {
  const pick = layers.flag('faults') ?? layers.flag('profile')
  return pick && { name: 'simulator', origin: pick.origin }
}

/** `--url X`: a target that needs no file. Its key, when there is one, goes to that URL's origin only. */
function adHoc(url: string, { env }: ConfigInput): TargetConfig {
  const parsed = targetSchema.safeParse({
    kind: 'url',
    url,
    ...(env[API_KEY] && { headers: { Authorization: { env: API_KEY, prefix: 'Bearer ' } } }),
  })
  if (parsed.success) return parsed.data
  throw usage(`${parsed.error.issues.map(({ message }) => message).join('; ')}.`)
}

function named(name: string, file: ConfigFile | undefined): TargetConfig {
  const targets = file?.config.targets ?? {}
  const own = Object.hasOwn(targets, name) ? targets[name] : undefined
  if (own) return own
  if (name === 'simulator') return { kind: 'simulator' }
  if (name === 'url') throw usage('The target url needs an address: add --url http://host:port.')
  const where = file ? ` in ${file.path}` : '; there is no configuration file here'
  throw usage(`Unknown target "${name}"${where}: ${didYouMean(name, ['simulator', ...Object.keys(targets)])}`)
}

const originInFile = (name: string, file: ConfigFile | undefined): Origin =>
  file && Object.hasOwn(file.config.targets ?? {}, name)
    ? { from: 'file', name: file.path }
    : { from: 'default' }

function override(
  config: TargetConfig,
  key: (typeof OVERRIDES)[number],
  { value, origin }: Pick,
  name: string,
): TargetConfig {
  const onlySimulator = key === 'faults' || key === 'profile'
  if (onlySimulator && config.kind !== 'simulator')
    throw usage(
      `${origin.name} works with the simulator only, and the target "${name}" is a ${config.kind}: leave it out.`,
    )
  const changed = targetSchema.safeParse({ ...config, [key]: value })
  if (changed.success) return changed.data
  throw usage(`${origin.name}: ${changed.error.issues.map(({ message }) => message).join('; ')}.`)
}

function requireKnown(config: TargetConfig, known: KnownNames): void {
  const require = (what: string, word: string | undefined, words: readonly string[] | undefined) => {
    if (word !== undefined && words && !words.includes(word))
      throw usage(`Unknown ${what} "${word}": ${didYouMean(word, words)}`)
  }
  if (config.dialectModule === undefined) require('dialect', config.dialect, known.dialects ?? DIALECTS)
  if (config.kind !== 'simulator') return
  require('profile', config.profile, known.profiles)
  // What stands behind the colon is the fault's own: the simulator knows it.
  for (const fault of config.faults ?? []) require('fault', fault.split(':')[0], known.faults)
}

const usage = (message: string): HarnessError => new HarnessError('usage', message)
