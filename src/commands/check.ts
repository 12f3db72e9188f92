import type { ExitCode } from '../errors.ts'
import { judge } from '../run/judge.ts'
import type { Io, RunFlags } from './io.ts'

/** The promises alone, all or a selection of them; nothing is measured. */
export const runCheck = (flags: RunFlags, io: Io): Promise<ExitCode> => judge('check', flags, io)
