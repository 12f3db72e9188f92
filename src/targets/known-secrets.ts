import type { TargetSpec } from '../records/index.ts'
import { readSecret, Secret, type SecretSource, SHORTEST } from '../secret.ts'
import { namedWords, secretsIn } from '../secret-names.ts'
import { fillAll, fillPlaceholders } from './placeholders.ts'

/**
 * What may not stand in the log: the secrets of the target's headers (throws `secret-missing` when one is absent, before
 * anything is started) and what is a secret, or holds one, in the environment and the command of a started target.
 */
export function knownSecrets(spec: TargetSpec, env: NodeJS.ProcessEnv): readonly Secret[] {
  const fill = (text: string) => fillPlaceholders(text, 0, env)
  const { env: given = {}, command = [] } = spec.kind === 'process' || spec.kind === 'container' ? spec : {}
  const variables = Object.entries({ ...env, ...fillAll(given, fill) })
  const passed = spec.kind === 'container' ? (spec.secretEnv ?? []) : []
  return [
    ...(spec.secretHeaders ?? []).map(({ source }) => readSecret(source)),
    ...passed.flatMap(({ source }) => presentSecret(source)),
    ...variables.flatMap(([name, value = '']) =>
      secretsOf(name, value, `[secret from environment variable ${name}]`),
    ),
    ...namedWords(command.map(fill)).flatMap(([flag, word]) =>
      secretsOf(flag, word, '[secret from the command of the target]'),
    ),
  ]
}

/** A log shows a value of several lines, such as a private key, line by line. */
function secretsOf(name: string, value: string, label: string): readonly Secret[] {
  return secretsIn(name, value)
    .flatMap((secret) => [secret, ...secret.split(/\r?\n/).map((line) => line.trim())])
    .filter((text) => text.length >= SHORTEST)
    .map((text) => new Secret(text, label))
}

/** What a container is given is required only when it is about to start: without a GPU, say, nothing of it matters. */
function presentSecret(source: SecretSource): readonly Secret[] {
  try {
    return [readSecret(source)]
  } catch {
    return []
  }
}
