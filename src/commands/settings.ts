import {
  type ConfigFlags,
  loadConfig,
  type ResolvedConfig,
  type RunConfig,
  requireTarget,
} from '../config/index.ts'
import { FAULTS, findFaults, PROFILES } from '../simulator/index.ts'
import { LIMIT_NAMES } from '../verdict/index.ts'
import type { Io, RunFlags } from './io.ts'

type Place = Pick<Io, 'cwd' | 'env'>

/** The configuration of a run with these flags. Throws `usage`, also where no target is chosen, or `config-invalid`. */
export const loadSettings = async (flags: RunFlags, place: Place): Promise<RunConfig> =>
  requireFaults(requireTarget(await readSettings(flags, place)))

/** A factor that a fault does not have is wrong before anything is started. */
function requireFaults(config: RunConfig): RunConfig {
  const { target } = config.values
  if (target.kind === 'simulator')
    findFaults(target.faults, target.dialect === 'ananke' ? 'ananke' : 'openai')
  return config
}

/** The same for commands that judge nothing: it may lack a target. */
export const readSettings = (flags: RunFlags, { cwd, env }: Place): Promise<ResolvedConfig> =>
  loadConfig({
    cwd,
    env,
    flags: configFlags(flags),
    file: flags.config,
    known: { faults: FAULTS.map(({ id }) => id), profiles: Object.keys(PROFILES), limits: LIMIT_NAMES },
  })

function configFlags(flags: RunFlags): ConfigFlags {
  const {
    config: _file,
    suites: _suites,
    tags: _tags,
    json: _json,
    quiet: _quiet,
    progress: _progress,
    load: _load,
    baseline: _baseline,
    allowDifference: _allowed,
    pairs: _pairs,
    onInconclusive: _onInconclusive,
    ...rest
  } = flags
  return rest
}
