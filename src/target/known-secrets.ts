import type { TargetSpec } from '../records/index.ts'
import { readSecret, Secret } from '../secret.ts'
import { fillPlaceholders } from './placeholders.ts'

const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i
/** Shorter values (`KEY=1`) would turn ordinary text into labels. */
const SHORTEST = 8

/**
 * What may not stand in the log: the secrets of the target's headers (throws `secret-missing` when one is absent, before
 * anything is started) and every variable that a started target sees whose name says that it is one.
 */
export function knownSecrets(spec: TargetSpec, env: NodeJS.ProcessEnv): readonly Secret[] {
  const given = spec.kind === 'process' ? (spec.env ?? {}) : {}
  const own = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, fillPlaceholders(text, 0, env)]),
  )
  const named = Object.entries({ ...env, ...own }).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && value !== undefined && value.length >= SHORTEST
      ? [new Secret(value, `[secret from environment variable ${name}]`)]
      : [],
  )
  return [...(spec.secretHeaders ?? []).map(({ source }) => readSecret(source)), ...named]
}
