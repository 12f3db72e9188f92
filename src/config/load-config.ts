import { globSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { HarnessError } from '../errors.ts'
import type { Policy } from '../records/index.ts'
import { chooseAgainst } from './choose-against.ts'
import { chooseTarget } from './choose-target.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { fileFromEnvironment, type Key, Layers, type Pick } from './layers.ts'
import { impliedBudget, limitsOf } from './limits.ts'
import type { ConfigInput, Origin, ReporterSetting, ResolvedConfig, WatchConfig } from './resolved.ts'
import { configSchema } from './schema.ts'
import { statedLimits, withStated } from './stated-limits.ts'
import { readWaivers, toWaiver } from './waivers-file.ts'

const DEFAULTS = {
  maxSeconds: 300,
  checkSeconds: 30,
  evidence: 'failures',
  reportsDir: 'reports',
  history: '.infergate/history.sqlite',
  seed: undefined,
  suites: [],
  cases: [],
  reporters: [],
  'bench.coldStarts': 3,
  'bench.warmRequests': 30,
  'bench.warmup': 3,
  'nightly.reference': undefined,
  'policy.warmToColdRatio': 0.3,
  // The origin story: a warm answer takes 100–500 ms.
  'policy.warmE2eMsP50': 500,
  'policy.minWarmSamples': 20,
  'policy.minColdStarts': 3,
} as const satisfies Partial<Record<Key, unknown>>

type SettingKey = keyof typeof DEFAULTS

/** What every layer's value must be, whichever layer it came from. */
const settingsSchema = z.object({
  ...configSchema.pick({ suites: true, cases: true, reporters: true }).required().shape,
  ...configSchema
    .pick({ maxSeconds: true, checkSeconds: true, evidence: true, reportsDir: true, history: true })
    .required().shape,
  seed: configSchema.shape.seed,
  bench: configSchema.shape.bench.unwrap().required(),
  nightly: configSchema.shape.nightly.unwrap(),
  policy: configSchema.shape.policy.unwrap().omit({ limits: true, regression: true, waive: true }).required(),
})

/**
 * Flags, environment, file and defaults become one validated configuration that knows where each value came from. Throws
 * `config-invalid` or `usage`, both exit 2: nothing was run.
 */
export async function loadConfig(input: ConfigInput): Promise<ResolvedConfig> {
  const file = await readConfigFile(input.cwd, input.file ?? fileFromEnvironment(input.env))
  const layers = new Layers(input, file)
  const known = input.known?.limits
  const stated = statedLimits(input.flags.slo ?? [], known)
  const limits = withStated(limitsOf(file, known), stated, known)
  const defaults = { ...DEFAULTS, ...impliedBudget(limits) }
  const picks = new Map(keysOf(DEFAULTS).map((key) => [key, layers.pick(key, defaults[key])]))
  const folder = file ? dirname(file.path) : input.cwd
  const settings = parse(picks)
  const situation = { input, file, folder, seed: settings.seed }
  const [chosen, against] = [chooseTarget(layers, situation), chooseAgainst(situation)]
  /** A path in the file is relative to the file, any other to where the command was typed. */
  const place = (key: 'reportsDir' | 'history' | 'suites' | 'cases', path: string) =>
    resolve(picks.get(key)?.origin.from === 'file' ? folder : input.cwd, path)
  const { seed, policy, nightly, ...rest } = settings
  const regression = regressionOf(file)
  const watch = watchOf(file, folder)
  const values = {
    ...rest,
    ...(nightly.reference !== undefined && { nightly: { reference: nightly.reference } }),
    ...(watch && { watch }),
    isBudgetGiven: picks.get('maxSeconds')?.origin.from !== 'default',
    policy: { ...policy, ...(limits && { limits }), ...(regression && { regression }) },
    ...(seed === undefined ? {} : { seed }),
    ...(chosen && { targetName: chosen.name, target: chosen.spec }),
    ...(chosen?.deploy && { deploy: chosen.deploy }),
    ...(against && { against: { targetName: against.name, target: against.spec } }),
    suites: settings.suites.flatMap((pattern) => filesOf('suites', place('suites', pattern))),
    cases: settings.cases.flatMap((pattern) => filesOf('cases', place('cases', pattern))),
    reportsDir: place('reportsDir', settings.reportsDir),
    history: place('history', settings.history),
    reporters: settings.reporters,
    waivers: [...(file?.config.policy?.waive ?? []).map(toWaiver), ...readWaivers(folder)],
  }
  const origins = new Map<string, Origin>([
    ...[...picks].map(([key, { origin }]) => [key, origin] as const),
    ...(limits ? [['policy.limits', limitsOrigin(stated, file)] as const] : []),
    ...(watch && file ? [['watch', { from: 'file', name: file.path }] as const] : []),
    ...(regression && file ? [['policy.regression', { from: 'file', name: file.path }] as const] : []),
    ...(chosen?.origins ?? []),
  ])
  const targetNames = Object.keys(file?.config.targets ?? {})
  return { values, origins, targetNames, ...(file && { file: file.path }) }
}

/** What the file says of a run that is held against a baseline. */
function regressionOf(file: ConfigFile | undefined): Policy['regression'] {
  const stated = Object.entries(file?.config.policy?.regression ?? {}).filter(([, one]) => one !== undefined)
  return stated.length > 0 ? Object.fromEntries(stated) : undefined
}

/** What the file says of `watch`. */
function watchOf(file: ConfigFile | undefined, folder: string): WatchConfig | undefined {
  const stated = Object.entries(file?.config.watch ?? {}).filter(([, one]) => one !== undefined)
  if (stated.length === 0) return undefined
  const watch: WatchConfig = Object.fromEntries(stated)
  return { ...watch, ...(watch.logFile !== undefined && { logFile: resolve(folder, watch.logFile) }) }
}

/** The strongest source that gave one. */
const limitsOrigin = (stated: object, file: { readonly path: string } | undefined): Origin =>
  file && Object.keys(stated).length === 0
    ? { from: 'file', name: file.path }
    : { from: 'flag', name: '--slo' }

function parse(picks: ReadonlyMap<SettingKey, Pick>) {
  const raw: Record<string, unknown> = {}
  for (const [key, { value }] of picks) {
    const [first = key, second] = key.split('.')
    if (second === undefined) raw[first] = key === 'reporters' ? reporterTexts(value) : value
    else raw[first] = { ...Object(raw[first]), [second]: value }
  }
  const parsed = settingsSchema.safeParse(raw)
  if (parsed.success) return { ...parsed.data, reporters: parsed.data.reporters.map(toReporter) }
  const lines = parsed.error.issues.map(({ path, message }) => {
    const key = path.join('.')
    const pick = picks.get(key as SettingKey) ?? picks.get(String(path[0]) as SettingKey)
    return `${pick?.origin.name ?? key} = ${JSON.stringify(pick?.value)}: ${message}`
  })
  throw new HarnessError('config-invalid', `${lines.join('\n')}\nCorrect it and run again; nothing was run.`)
}

/** Flags come already taken apart; variables and the file hold `name=path`. */
const reporterTexts = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((item: unknown) => {
        if (typeof item !== 'object' || item === null) return item
        const { name, path } = item as ReporterSetting
        return path === undefined ? name : `${name}=${path}`
      })
    : value

function toReporter(text: string): ReporterSetting {
  const cut = text.indexOf('=')
  return cut < 0 ? { name: text } : { name: text.slice(0, cut), path: text.slice(cut + 1) }
}

/** A pattern that finds nothing would leave promises unchecked in silence. */
function filesOf(setting: 'suites' | 'cases', pattern: string): readonly string[] {
  const files = globSync(pattern).sort()
  if (files.length > 0) return files
  throw new HarnessError(
    'config-invalid',
    `No ${setting === 'suites' ? 'suite file' : 'file of cases'} matches ${pattern}: correct \`${setting}\` in the configuration.`,
  )
}

const keysOf = <Keys extends string>(record: Readonly<Record<Keys, unknown>>): readonly Keys[] =>
  Object.keys(record) as Keys[]
