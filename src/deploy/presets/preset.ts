import type { z } from 'zod'
import { HarnessError } from '../../errors.ts'
import type { DeployCommands } from '../plan.ts'

/** The target that is deployed, as a preset may need it. */
export type PresetTarget = {
  readonly name: string
  /** Where it has its traffic, with its references not yet filled in; absent where only `urls` say so. */
  readonly url?: string
}

/** The commands of one platform: what its options come to. Nothing is run or read here. */
export type Preset = (options: unknown, target: PresetTarget) => DeployCommands

/** A preset whose options are held against a schema; a mistake in them is `config-invalid`, named by its place. */
export const definePreset =
  <Options>(
    kind: string,
    schema: z.ZodType<Options>,
    commandsOf: (options: Options, target: PresetTarget) => DeployCommands,
  ): Preset =>
  (options, target) => {
    const parsed = schema.safeParse(options)
    if (parsed.success) return commandsOf(parsed.data, target)
    const place = `targets.${target.name}.deploy.preset`
    const lines = parsed.error.issues.map(
      ({ path, message }) => `  ${[place, ...path].join('.')}: ${message}`,
    )
    throw new HarnessError(
      'config-invalid',
      `The preset ${kind} cannot be used:\n${lines.join('\n')}\nCorrect it and run again; nothing was run.`,
    )
  }
