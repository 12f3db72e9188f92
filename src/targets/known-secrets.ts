import type { TargetSpec } from '../records/index.ts'
import { readSecret, Secret, type SecretSource } from '../secret.ts'
import { fillPlaceholders } from './placeholders.ts'

const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i
/** Shorter values (`KEY=1`) would turn ordinary text into labels. */
const SHORTEST = 8

/**
 * What may not stand in the log: the secrets of the target's headers (throws `secret-missing` when one is absent, before
 * anything is started) and every variable that a started target sees whose name says that it is one.
 */
export function knownSecrets(spec: TargetSpec, env: NodeJS.ProcessEnv): readonly Secret[] {
  const given = spec.kind === 'process' || spec.kind === 'container' ? (spec.env ?? {}) : {}
  const own = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, fillPlaceholders(text, 0, env)]),
  )
  const named = Object.entries({ ...env, ...own }).flatMap(([name, value]) =>
    isSecretName(name) && value !== undefined && value.length >= SHORTEST
      ? [new Secret(value, `[secret from environment variable ${name}]`)]
      : [],
  )
  const passed = spec.kind === 'container' ? (spec.secretEnv ?? []) : []
  return [
    ...(spec.secretHeaders ?? []).map(({ source }) => readSecret(source)),
    ...passed.flatMap(({ source }) => presentSecret(source)),
    ...named,
  ]
}

/** A variable whose value no report shows. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/** What a container is given is required only when it is about to start: without a GPU, say, nothing of it matters. */
function presentSecret(source: SecretSource): readonly Secret[] {
  try {
    return [readSecret(source)]
  } catch {
    return []
  }
}
