import type { z } from 'zod'
import { literalSecretIn } from '../../secret-names.ts'

/** Flags of `docker run` that the preset sets itself, and what to write instead. */
const TAKEN: Readonly<Record<string, string>> = {
  '--name': 'give `name`; the version is added to it',
  '--publish': 'give `publish`, and `containerPort`',
  '-p': 'give `publish`, and `containerPort`',
  '--publish-all': 'give `publish`, and `containerPort`',
  '-P': 'give `publish`, and `containerPort`',
  '--pull': 'give `pull`',
  '--rm': 'the old container is kept, stopped, as the way back',
}
/** A container beside the old one gets its address from its network. */
const NETWORK = ['--network', '--net']

/** A flag that would undo what the preset relies on, and a secret that stands there as it is. */
export function refuseTaken(flags: readonly string[], context: z.core.$RefinementCtx): void {
  const complain = (message: string) => context.addIssue({ code: 'custom', message })
  for (const flag of flags) {
    const reason = TAKEN[nameOf(flag)]
    if (reason !== undefined) complain(`${nameOf(flag)} is the preset's own: ${reason}`)
  }
  refuseSecret(flags, context)
}

/** Words are seen by everyone who lists the processes or inspects the container. */
export function refuseSecret(words: readonly string[], context: z.core.$RefinementCtx): void {
  const flag = literalSecretIn(words)
  if (flag !== undefined)
    context.addIssue({
      code: 'custom',
      message: `${flag} is followed by a secret, and a secret does not stand in a file like this one: write ['--env', 'NAME'], and Docker takes its value from the environment of infergate`,
    })
}

export const setsNetwork = (flags: readonly string[]): boolean =>
  flags.some((flag) => NETWORK.includes(nameOf(flag)))

/** `--name=x` is `--name`, and `-p8000:8000` is `-p`. */
const nameOf = (flag: string): string => /^-[pP]/.exec(flag)?.[0] ?? flag.split('=', 1)[0] ?? flag
