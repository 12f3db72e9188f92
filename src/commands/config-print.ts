import { describeConfig } from '../config/index.ts'
import { EXIT, type ExitCode } from '../errors.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'

/** Every setting that a run would have, and where each came from. */
export async function runConfigPrint(flags: RunFlags, io: Io): Promise<ExitCode> {
  io.stdout(describeConfig(await readSettings(flags, io)))
  return EXIT.pass
}
