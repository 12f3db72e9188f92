import type { ExitCode } from '../errors.ts'
import type { Io, RunFlags } from './io.ts'
import { judge } from './judge.ts'

/** The measurements alone: cold starts and warm answers against the budgets; no promise is checked. */
export const runBench = (flags: RunFlags, io: Io): Promise<ExitCode> => judge('bench', flags, io)
