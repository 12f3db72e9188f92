import { HarnessError } from './errors.ts'
import { SHORTEST } from './secret.ts'

/**
 * A variable of the environment in a text of a target: `{env:NAME}` yields a secret, which nothing that is written shows;
 * `{plain:NAME}` yields what may be shown: a path, a port, a model.
 */
const REFERENCE = /\{(env|plain):([A-Za-z_]\w*)\}/g

/** Finds either kind without its name. */
export const holdsReference = (text: string): boolean => /\{(?:env|plain):/.test(text)

type Variables = Readonly<Record<string, string | undefined>>

/** The variables whose values are secrets in these texts, each once. */
export const secretVariables = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => namesIn(text, 'env'))),
]

/** Throws `config-invalid` for the variables that have no value and for a secret that is too short to be one. */
export function requireReferences(texts: readonly string[], env: Variables, who = 'The target'): void {
  const names = texts.flatMap((text) => [...namesIn(text, 'env'), ...namesIn(text, 'plain')])
  const missing = [...new Set(names)].filter((name) => !env[name])
  if (missing.length > 0)
    throw new HarnessError(
      'config-invalid',
      `${who} needs the environment variable ${missing.join(', ')}: set it and run again; nothing was run.`,
    )
  for (const name of secretVariables(texts)) requireLong(name, env[name] ?? '', who)
}

/** The text with every reference replaced by its value. Throws as `requireReferences` does. */
export function fillReferences(text: string, env: Variables): string {
  requireReferences([text], env)
  return text.replaceAll(REFERENCE, (_, _kind: string, name: string) => env[name] ?? '')
}

/** The text with every reference replaced, for a look that reads nothing yet: a variable without a value leaves nothing. */
export const looselyFilled = (text: string, env: Variables): string =>
  text.replaceAll(REFERENCE, (_, _kind: string, name: string) => env[name] ?? '')

/** Redacting `8000` would turn ordinary text into labels. */
function requireLong(name: string, value: string, who: string): void {
  const { length } = value.trim()
  if (length >= SHORTEST) return
  throw new HarnessError(
    'config-invalid',
    `${who} takes {env:${name}} as a secret, and its value has ${length} characters; one needs at least ${SHORTEST} to be kept out of reports. Write {plain:${name}} if the value may be shown (a path, a port, a model), or give a longer secret; nothing was run.`,
  )
}

const namesIn = (text: string, wanted: 'env' | 'plain'): readonly string[] =>
  [...text.matchAll(REFERENCE)].flatMap(([, kind, name = '']) => (kind === wanted ? [name] : []))
