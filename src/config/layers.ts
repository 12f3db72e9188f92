import { HarnessError } from '../errors.ts'
import type { ConfigFile } from './config-file.ts'
import { nearest } from './did-you-mean.ts'
import type { ConfigFlags, ConfigInput, Origin } from './resolved.ts'

export type Pick = { readonly value: unknown; readonly origin: Origin }

/** How the text of a variable becomes a value. */
type Reading = 'number' | 'text' | 'list'

/** Every variable that infergate reads, beside INFERGATE_API_KEY, by the key that it sets. */
const VARIABLES = {
  config: ['INFERGATE_CONFIG', 'text'],
  target: ['INFERGATE_TARGET', 'text'],
  url: ['INFERGATE_URL', 'text'],
  dialect: ['INFERGATE_DIALECT', 'text'],
  model: ['INFERGATE_MODEL', 'text'],
  profile: ['INFERGATE_PROFILE', 'text'],
  release: ['INFERGATE_VERSION', 'text'],
  faults: ['INFERGATE_FAULTS', 'list'],
  seed: ['INFERGATE_SEED', 'number'],
  suites: ['INFERGATE_SUITES', 'list'],
  cases: ['INFERGATE_CASES', 'list'],
  maxSeconds: ['INFERGATE_MAX_SECONDS', 'number'],
  checkSeconds: ['INFERGATE_CHECK_SECONDS', 'number'],
  evidence: ['INFERGATE_EVIDENCE', 'text'],
  reportsDir: ['INFERGATE_REPORTS_DIR', 'text'],
  history: ['INFERGATE_HISTORY', 'text'],
  reporters: ['INFERGATE_REPORTERS', 'list'],
  'bench.coldStarts': ['INFERGATE_COLD_STARTS', 'number'],
  'bench.warmRequests': ['INFERGATE_WARM_REQUESTS', 'number'],
  'bench.warmup': ['INFERGATE_WARMUP', 'number'],
  'nightly.reference': ['INFERGATE_NIGHTLY_REFERENCE', 'text'],
  'policy.warmToColdRatio': ['INFERGATE_WARM_TO_COLD_RATIO', 'number'],
  'policy.warmE2eMsP50': ['INFERGATE_WARM_E2E_MS_P50', 'number'],
  'policy.minWarmSamples': ['INFERGATE_MIN_WARM_SAMPLES', 'number'],
  'policy.minColdStarts': ['INFERGATE_MIN_COLD_STARTS', 'number'],
} as const satisfies Record<string, readonly [string, Reading]>

export type Key = keyof typeof VARIABLES
export const API_KEY = 'INFERGATE_API_KEY'
/** Every variable that infergate reads. */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...Object.values(VARIABLES).map(([name]) => name),
  API_KEY,
]

/** The flag of a key: `bench.coldStarts` is `--cold-starts`, and `faults` is given one `--fault` at a time. */
const flagName = (key: Key): string =>
  `--${lastPart(key)
    .replace(/^(fault|reporter)s$/, '$1')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The layers of one run: a key is looked up in the flags, then the environment, then the file. */
export class Layers {
  readonly #input: ConfigInput
  readonly #file: ConfigFile | undefined

  constructor(input: ConfigInput, file?: ConfigFile) {
    this.#input = input
    this.#file = file
    refuseMistypedVariables(input.env)
  }

  flag(key: Key): Pick | undefined {
    const value = this.#input.flags[lastPart(key) as keyof ConfigFlags]
    return value === undefined ? undefined : { value, origin: { from: 'flag', name: flagName(key) } }
  }

  environment(key: Key): Pick | undefined {
    const [name, reading] = VARIABLES[key]
    const text = this.#input.env[name]
    if (text === undefined || text === '') return undefined
    return { value: read(text, reading), origin: { from: 'environment', name } }
  }

  file(key: Key): Pick | undefined {
    if (!this.#file) return undefined
    const value = key.split('.').reduce<unknown>((part, name) => Object(part)[name], this.#file.config)
    return value === undefined ? undefined : { value, origin: { from: 'file', name: this.#file.path } }
  }

  /** The strongest of all, or the default. */
  pick(key: Key, fallback: unknown): Pick {
    return (
      this.flag(key) ??
      this.environment(key) ??
      this.file(key) ?? { value: fallback, origin: { from: 'default' } }
    )
  }
}

/** Which file INFERGATE_CONFIG names. */
export const fileFromEnvironment = (env: ConfigInput['env']): string | undefined =>
  env[VARIABLES.config[0]] || undefined

/** A variable of the user's own may begin with INFERGATE_ too; one letter beside one of ours is a mistake. */
function refuseMistypedVariables(env: ConfigInput['env']): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('INFERGATE_') || ENVIRONMENT_NAMES.includes(name)) continue
    const prefix = 'INFERGATE_'.length
    const meant = nearest(
      name.slice(prefix),
      ENVIRONMENT_NAMES.map((known) => known.slice(prefix)),
    )
    if (meant !== undefined)
      throw new HarnessError(
        'config-invalid',
        `Unknown environment variable ${name}: did you mean INFERGATE_${meant}? Rename it or unset it.`,
      )
  }
}

function read(text: string, reading: Reading): unknown {
  if (reading === 'list')
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  // What is no number stays text, so that the message can show it.
  if (reading === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  return text
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1)
