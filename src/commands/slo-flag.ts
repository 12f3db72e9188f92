import type { Command } from 'commander'
import { HarnessError } from '../errors.ts'
import { collect } from './flags.ts'

/** What a load has to keep. */
export const addSloFlag = (command: Command): Command =>
  command.option(
    '--slo <limit>',
    "what the load has to keep, as 'ttftMsP99<500' or 'goodput>10'; repeatable",
    collect<string>,
  )

/** Throws `usage` where limits of a load are stated and no load is. */
export function requireLoad({
  slo,
  load,
}: {
  readonly slo?: readonly string[]
  readonly load?: unknown
}): void {
  if (slo && !load)
    throw new HarnessError(
      'usage',
      `--slo '${slo[0]}' is a limit of a load: state one, as with --rate 20 or --concurrency 8.`,
    )
}
