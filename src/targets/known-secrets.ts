import type { TargetSpec } from '../records/index.ts'
import { secretVariables } from '../references.ts'
import { Redactor, readSecret, Secret, type SecretSource, SHORTEST } from '../secret.ts'
import { namedWords, secretsIn } from '../secret-names.ts'
import { fillAll, fillPlaceholders } from './placeholders.ts'

/**
 * What may stand in nothing that is written: the secrets of the target's headers (throws `secret-missing` when one is absent,
 * before anything is started), whatever `{env:NAME}` yields, and what is a secret, or holds one, in the environment and the
 * command of a started target.
 */
export function knownSecrets(spec: TargetSpec, env: NodeJS.ProcessEnv): readonly Secret[] {
  const fill = (text: string) => fillPlaceholders(text, 0, env)
  const { env: given = {}, command = [] } = spec.kind === 'process' || spec.kind === 'container' ? spec : {}
  const variables = Object.entries({ ...env, ...fillAll(given, fill) })
  const passed = spec.kind === 'container' ? (spec.secretEnv ?? []) : []
  return [
    ...(spec.secretHeaders ?? []).map(({ source }) => readSecret(source)),
    ...passed.flatMap(({ source }) => presentSecret(source)),
    ...secretVariables(textsOf(spec)).flatMap((name) => linesOf(env[name] ?? '', labelOf(name))),
    ...variables.flatMap(([name, value = '']) => secretsOf(name, value, labelOf(name))),
    ...namedWords(command.map(fill)).flatMap(([flag, word]) =>
      secretsOf(flag, word, '[secret from the command of the target]'),
    ),
  ]
}

/** What takes them out of a text that looks at a target before it starts, when not all of them need be there. */
export function redactorOf(spec: TargetSpec, env: NodeJS.ProcessEnv): Redactor {
  const headers = (spec.secretHeaders ?? []).flatMap(({ source }) => presentSecret(source))
  const { secretHeaders: _, ...rest } = spec
  return new Redactor([...headers, ...knownSecrets(rest, env)])
}

/** The texts of a target in which placeholders are filled. */
function textsOf(spec: TargetSpec): readonly string[] {
  const urls = Object.values(spec.urls ?? {})
  if (spec.kind === 'url') return [...urls, ...(spec.baseUrl === undefined ? [] : [spec.baseUrl])]
  if (spec.kind === 'simulator') return urls
  const own =
    spec.kind === 'process'
      ? [spec.cwd ?? '']
      : [...(spec.entrypoint ?? []), ...spec.mounts.map(({ source }) => source)]
  return [...urls, ...own, ...spec.command, ...Object.values(spec.env ?? {})]
}

const labelOf = (variable: string): string => `[secret from environment variable ${variable}]`

const secretsOf = (name: string, value: string, label: string): readonly Secret[] =>
  secretsIn(name, value).flatMap((secret) => linesOf(secret, label))

/** A log shows a value of several lines, such as a private key, line by line. */
const linesOf = (value: string, label: string): readonly Secret[] =>
  [value, value.trim(), ...value.split(/\r?\n/).map((line) => line.trim())]
    .filter((text) => text.length >= SHORTEST)
    .map((text) => new Secret(text, label))

/** What a container is given is required only when it is about to start: without a GPU, say, nothing of it matters. */
function presentSecret(source: SecretSource): readonly Secret[] {
  try {
    return [readSecret(source)]
  } catch {
    return []
  }
}
