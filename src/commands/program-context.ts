import type { ExitCode } from '../errors.ts'
import type { Io } from './io.ts'

export type ProgramContext = {
  readonly version: string
  /** The world for one command; `color` is false with --no-color. */
  io(color: boolean): Io
  /** Called once, with what the command ended in. */
  done(code: ExitCode): void
}
