import { HarnessError } from '../errors.ts'
import { findRunFolder, readRun } from '../run/index.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'

/** The id of the run that a folder, an id or `latest` means; a name without a folder is taken for an id. */
export async function runIdOf(name: string, flags: RunFlags, io: Io): Promise<string> {
  const { config, reportsDir } = flags
  const from = { ...(config !== undefined && { config }), ...(reportsDir !== undefined && { reportsDir }) }
  const { values } = await readSettings(from, io)
  try {
    return readRun(findRunFolder(name, values.reportsDir, io.cwd)).run.runId
  } catch (error) {
    if (error instanceof HarnessError && name !== 'latest') return name
    throw error
  }
}
