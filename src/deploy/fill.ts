import { HarnessError } from '../errors.ts'
import { fillReferences } from '../references.ts'
import type { Command } from './plan.ts'

/** What the placeholders of a command stand for when it is run. */
export type Values = {
  readonly version: string | undefined
  readonly previous: string | undefined
  readonly url: string
}

/** What a version may look like where it becomes a word of a command: no option, nothing that a shell would read. */
const WORD = /^[A-Za-z0-9_][\w.:@/+=-]{0,255}$/

/** Whether this version can stand in a command. A service may say anything. */
export const isWord = (version: string): boolean => WORD.test(version)

/** The command with everything filled in. Throws `config-invalid` for what has no value, or none that a command may hold. */
export function fillCommand(
  { argv }: Command,
  values: Values,
  env: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] {
  const fill = (text: string) => fillReferences(fillText(text, values), env)
  const [program, ...rest] = argv
  return [fill(program), ...rest.map(fill)]
}

export function fillText(text: string, values: Values): string {
  const version = text.includes('{version}') ? wordOf('{version}', values.version) : ''
  const previous = text.includes('{previous}') ? wordOf('{previous}', values.previous) : ''
  return text
    .replaceAll('{version}', () => version)
    .replaceAll('{previous}', () => previous)
    .replaceAll('{url}', () => values.url)
}

/** Fills in the versions that are known, for a person who reads it; the rest stays a placeholder. An address may hold a secret. */
export function fillKnown({ version, previous }: Pick<Values, 'version' | 'previous'>) {
  const known = (value: string | undefined, place: string) =>
    value !== undefined && isWord(value) ? value : place
  return (text: string): string =>
    text
      .replaceAll('{version}', (at) => known(version, at))
      .replaceAll('{previous}', (at) => known(previous, at))
}

function wordOf(place: string, value: string | undefined): string {
  if (value === undefined)
    throw new HarnessError(
      'config-invalid',
      place === '{version}'
        ? 'A command of the deploy needs {version}: say which version is deployed with --release NAME, INFERGATE_VERSION, or `release` of the deploy.'
        : 'A command of the deploy needs {previous}, and no version is live: start the first version by hand, and deploy the next one. Nothing was run.',
    )
  if (isWord(value)) return value
  throw new HarnessError(
    'config-invalid',
    `A command of the deploy needs ${place}, and ${JSON.stringify(value.slice(0, 80))} cannot stand in a command: letters, digits and . _ : @ / + = - alone are safe there. Read it from the environment of the command instead.`,
  )
}

/** What a command finds in its environment. */
export const valuesAsVariables = ({ version, previous, url }: Values): Readonly<Record<string, string>> => ({
  INFERGATE_VERSION: version ?? '',
  INFERGATE_PREVIOUS_VERSION: previous ?? '',
  INFERGATE_URL: url,
})
