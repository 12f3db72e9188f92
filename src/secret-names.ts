import { holdsReference } from './references.ts'

/** What stands for a secret where a value is shown. */
export const NOT_SHOWN = '[not shown]'

/** The last word of a secret's name. */
const SECRET_WORD =
  /^(?:AUTH|AUTHORIZATION|COOKIE|CREDENTIALS?|CREDS|DSN|KEYS?|PASS|PAT|PWD|SECRETS?|SSHPASS|TOKEN)$/
/** Words that people write as one: PGPASSWORD, OPENAI_APIKEY. */
const SECRET_ENDING = /(?:PASSWORD|PASSWD|PASSPHRASE|(?:API|ACCESS|AUTH|PRIVATE|SECRET)(?:KEY|TOKEN))$/
/** Where a password usually stands inside, whatever the value looks like. */
const CONNECTION = /(?:^| )(?:(?:DATABASE|DB) UR[IL]|CONN(?:ECTION)? STR(?:ING)?)$/
/** Words behind the one that says what it is: AWS_ACCESS_KEY_ID, SECRET_KEY_BASE, API_KEY_2. */
const QUALIFIERS = /(?: (?:ID|BASE|VALUE|BASE64|B64|OLD|NEW|\d+))+$/

/**
 * Whether the value of this variable, header, flag or field is a secret: its last word decides (`DB_PASSWORD`, `X-Api-Key`,
 * `--hf-token`, `accountKey`, but not `TOKEN_FILE`, `MAX_TOKENS` or `SSH_AUTH_SOCK`). A public key is none.
 */
export function isSecretName(name: string): boolean {
  // The folders that shells keep.
  if (name === 'PWD' || name === 'OLDPWD') return false
  const words = name
    .replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d+$)/g, ' ')
    .replace(/[^A-Za-z\d]+/g, ' ')
    .trim()
    .toUpperCase()
    .replace(QUALIFIERS, '')
  if (CONNECTION.test(words)) return true
  const [last = '', before] = words.split(' ').toReversed()
  if (before === 'PUBLIC' && /^KEYS?$/.test(last)) return false
  return SECRET_WORD.test(last) || SECRET_ENDING.test(last)
}

/** `user:password@` in a URL: everything up to the last `@` before the path. */
const USER_INFO = /(?<=\b([a-z][a-z\d+.-]*):\/\/)[^\s/?#"'<>]+(?=@)/gi
/** The part before the value of `name=value`, `"name": "value"`, and `--name value` of a command line. */
const NAME = /(?<![\w.-])([a-z_-][\w.-]*)["']?\s*[=:]\s*|(?<=^|\s)--?([a-z][\w-]*)\s+(?!-)/gi
const VALUE = /["']?(?:(?:Bearer|Basic|Token)\s+)?([^\s"'&;,]+)/iy

type Span = { readonly from: number; readonly to: number }

/** Where secrets stand inside a value, whatever its own name; in order, apart from each other. */
function secretSpans(text: string): readonly Span[] {
  const apart: Span[] = []
  for (const span of [...userSpans(text), ...namedSpans(text)].sort((one, other) => one.from - other.from))
    if (span.from < span.to && span.from >= (apart.at(-1)?.to ?? 0)) apart.push(span)
  return apart
}

function userSpans(text: string): readonly Span[] {
  return [...text.matchAll(USER_INFO)].flatMap(({ 0: info, 1: scheme = '', index }) => {
    const colon = info.search(/(?<!\{(?:env|plain)):/)
    const [user, end] = [index + (colon < 0 ? info.length : colon), index + info.length]
    return [
      // The user of a web address may be the key itself; of a database it is a name.
      ...(/^https?$/i.test(scheme) ? [{ from: index, to: user }] : []),
      { from: user + 1, to: end },
    ]
  })
}

function namedSpans(text: string): readonly Span[] {
  const spans: Span[] = []
  for (const { 0: whole, 1: name, 2: flag, index } of text.matchAll(NAME)) {
    if (index < (spans.at(-1)?.to ?? 0) || !isSecretName(name ?? flag ?? '')) continue
    VALUE.lastIndex = index + whole.length
    const value = VALUE.exec(text)?.[1]
    if (value !== undefined) spans.push({ from: VALUE.lastIndex - value.length, to: VALUE.lastIndex })
  }
  return spans
}

/** The secrets in the value of a variable, header, flag or field: all of it where the name says so, and what stands inside it. */
export function secretsIn(name: string, value: string): readonly string[] {
  const inside = secretSpans(value).map(({ from, to }) => value.slice(from, to))
  return [...new Set([...(isSecretName(name) ? [value] : []), ...inside, ...inside.map(decoded)])]
}

/** The value as reports show it. What `{env:NAME}` stands for is not here, so the reference can be shown. */
export function shownValue(name: string, value: string): string {
  if (isSecretName(name)) return holdsReference(value) ? value : NOT_SHOWN
  return secretSpans(value).reduceRight(
    (text, { from, to }) =>
      holdsReference(text.slice(from, to)) ? text : `${text.slice(0, from)}${NOT_SHOWN}${text.slice(to)}`,
    value,
  )
}

/** The words of a command, each with the flag that it is the value of, or an empty name. */
export const namedWords = (command: readonly string[]): readonly (readonly [string, string])[] =>
  command.map((word, index) => {
    const before = command[index - 1] ?? ''
    return [/^--?[a-z][\w-]*$/i.test(before) && !word.startsWith('-') ? before : '', word]
  })

/** `--name=value` and `NAME=value`, one word of a command. */
const ASSIGNED = /^(-{0,2}[a-z_][\w.-]*)=(\S+)$/i
/** What a shell fills in is no literal: `sh -c 'serve --api-key "$KEY"'`. */
const FILLED_BY_SHELL = /\$(?:\w|\{)/

/** The first flag or name in a command whose value is a secret in plain sight, rather than a reference to where it lives. */
export function literalSecretIn(command: readonly string[]): string | undefined {
  for (const [flag, word] of namedWords(command)) {
    const [, name = flag, value = word] = ASSIGNED.exec(word) ?? []
    if (isSecretName(name) && !holdsReference(value) && !FILLED_BY_SHELL.test(value)) return name
  }
  return undefined
}

/** A command as reports show it. */
export const shownCommand = (command: readonly string[]): readonly string[] =>
  namedWords(command).map(([flag, word]) => shownValue(flag, word))

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
