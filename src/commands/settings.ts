import { type ConfigFlags, loadConfig, type ResolvedConfig } from '../config/index.ts'
import { FAULTS, PROFILES } from '../simulator/index.ts'
import type { Io, RunFlags } from './io.ts'

/** The configuration that a run with these flags would have. Throws `usage` or `config-invalid`. */
export const loadSettings = (flags: RunFlags, { cwd, env }: Io): Promise<ResolvedConfig> =>
  loadConfig({
    cwd,
    env,
    flags: configFlags(flags),
    file: flags.config,
    known: { faults: FAULTS.map(({ id }) => id), profiles: Object.keys(PROFILES) },
  })

function configFlags(flags: RunFlags): ConfigFlags {
  const { config: _file, suites: _suites, tags: _tags, json: _json, quiet: _quiet, ...rest } = flags
  return rest
}
