import type { ExitCode } from '../errors.ts'
import type { Io, RunFlags } from './io.ts'
import { judge } from './judge.ts'

/** The promises alone, all or a selection of them; nothing is measured. */
export const runCheck = (flags: RunFlags, io: Io): Promise<ExitCode> => judge('check', flags, io)
