import type { Clock } from '../clock.ts'
import { HarnessError } from '../errors.ts'
import { plainLine } from '../safe-text.ts'
import type { Secret } from '../secret.ts'
import { inheritedEnvironment } from '../targets/index.ts'
import { fillCommand } from './fill.ts'
import type { Command } from './plan.ts'
import { complaintOf, runCommand } from './run-command.ts'

export type NameOptions = {
  readonly folder: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly secrets: readonly Secret[]
  readonly env: Readonly<Record<string, string | undefined>>
}

const NAME_MS = 60_000

/** The name of the version to deploy: the last line that the command prints. Throws `config-invalid` where there is none. */
export async function nameRelease(command: Command, options: NameOptions): Promise<string> {
  const { folder, clock, signal, secrets, env } = options
  const values = { version: undefined, previous: undefined, url: '' }
  const ran = await runCommand(
    { argv: fillCommand(command, values, env), cwd: folder, env: inheritedEnvironment() },
    { clock, signal, secrets, timeoutMs: NAME_MS },
  )
  if (ran.outcome === 'succeeded' && ran.answer !== undefined) return plainLine(ran.answer)
  const why = ran.outcome === 'succeeded' ? 'it printed nothing' : complaintOf(command.argv, ran)
  throw new HarnessError('config-invalid', `\`release\` names no version: ${why}. Nothing was run.`)
}
