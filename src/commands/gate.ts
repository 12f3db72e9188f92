import type { ExitCode } from '../errors.ts'
import type { Io, RunFlags } from './io.ts'
import { judge } from './judge.ts'

/** May this deploy go live? Cold starts, warm answers, every promise; exit 0 only on PASS. */
export const runGate = (flags: RunFlags, io: Io): Promise<ExitCode> => judge('gate', flags, io)
