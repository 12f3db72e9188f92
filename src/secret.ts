import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { HarnessError } from './errors.ts'

/** Where a secret comes from; this, never the value, stands in configs, records and messages. */
export type SecretSource = { readonly env: string } | { readonly file: string }

/** Characters: a shorter value (`KEY=1`) would turn ordinary text into labels, so text that is kept goes without its redaction. */
export const SHORTEST = 8

/** A value that no log, report or error can print: every way of turning it into text says where it came from instead. */
export class Secret {
  readonly #value: string
  readonly #label: string
  #redactor: Redactor | undefined
  #spellings: readonly string[] | undefined

  constructor(value: string, label: string) {
    this.#value = value
    this.#label = label
  }

  /** The one way out: for a header to the origin that the secret belongs to, a container's variable, a `Redactor`. */
  reveal(): string {
    return this.#value
  }

  /** Replaces the value wherever it stands in `text`, also JSON- or URL-encoded, in hexadecimal or base64: a server may echo it in an error. */
  redact(text: string): string {
    this.#redactor ??= new Redactor([this])
    return this.#redactor.redact(text)
  }

  /** What a `Redactor` looks for; worked out once, since every client of a service has a redactor of its own. */
  spellings(): readonly string[] {
    this.#spellings ??= spellingsOf(this.#value)
    return this.#spellings
  }

  toString(): string {
    return this.#label
  }

  toJSON(): string {
    return this.#label
  }

  [inspect.custom](): string {
    return this.#label
  }
}

/** Takes several secrets out of text at once: of two that begin at one place, the longer. */
export class Redactor {
  readonly #labels: ReadonlyMap<string, string>
  readonly #pattern: RegExp | undefined

  constructor(secrets: readonly Secret[]) {
    const labels = secrets.flatMap((secret) =>
      secret.spellings().map((spelling) => [spelling, String(secret)] as const),
    )
    // The first label of a value stays.
    this.#labels = new Map(labels.toReversed())
    const longestFirst = [...this.#labels.keys()].sort((one, other) => other.length - one.length)
    if (longestFirst.length > 0) this.#pattern = new RegExp(longestFirst.map(literally).join('|'), 'g')
  }

  redact(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, (found) => this.#labels.get(found) ?? '') : text
  }

  /**
   * Where `text` can be cut before the rest of it is known: neither inside a secret nor inside what may be the start of one.
   * What stands behind the border is shorter than twice the longest spelling of a secret.
   */
  border(text: string): number {
    let open = 0
    for (const spelling of this.#labels.keys()) {
      let length = Math.min(spelling.length - 1, text.length)
      while (length > open && !text.endsWith(spelling.slice(0, length))) length--
      open = Math.max(open, length)
    }
    const border = text.length - open
    if (!this.#pattern) return border
    for (const { index, 0: found } of text.matchAll(this.#pattern))
      if (index < border && index + found.length > border) return index
    return border
  }
}

/**
 * A value as servers write it: as it is, JSON- or URL-encoded by encoders that differ in what they escape, and its bytes in
 * hexadecimal and in base64.
 */
function spellingsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const url = encodeURIComponent(value.toWellFormed())
  const strict = url.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  const encoded = [url, strict, encodeURI(value.toWellFormed()), ...urlParts(value)].flatMap((text) => [
    text,
    text.replaceAll('%20', '+'),
  ])
  return [
    ...new Set([
      value,
      json,
      json.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
      ...encoded,
      ...encoded.map((text) => text.replace(/%[\dA-F]{2}/g, (one) => one.toLowerCase())),
      ...(value.length < SHORTEST ? [] : byteSpellings(value)),
    ]),
  ].filter((spelling) => spelling !== '')
}

/** As the URL standard's own serializer writes it in a path and in a query, where it leaves more as it is. */
function urlParts(value: string): readonly string[] {
  const url = new URL('http://h')
  url.pathname = value
  url.search = value
  return [url.pathname.slice(1), url.search.slice(1)]
}

/** Of a text that is not ASCII, a header's one-byte characters are other bytes than UTF-8. */
function byteSpellings(value: string): readonly string[] {
  return [Buffer.from(value, 'utf8'), Buffer.from(value, 'latin1')].flatMap((bytes) => {
    const hex = bytes.toString('hex')
    return [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((offset) => base64Spellings(bytes, offset))]
  })
}

/**
 * Base64 (RFC 4648, both alphabets) of bytes that stand `offset` bytes, modulo 3, after the start of what was encoded: the
 * characters that these bytes alone decide. The one before and the one behind hold bits of their neighbours.
 */
function base64Spellings(bytes: Buffer, offset: number): readonly string[] {
  const from = Math.ceil((offset * 8) / 6)
  const to = Math.floor(((offset + bytes.length) * 8) / 6)
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
  return (['base64', 'base64url'] as const).map((alphabet) => padded.toString(alphabet).slice(from, to))
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Reads a secret. Throws, naming the source, `secret-missing` when it is absent or empty and `config-invalid` when it is too short. */
export function readSecret(source: SecretSource): Secret {
  const value = 'env' in source ? process.env[source.env] : readSecretFile(source.file)
  const place = 'env' in source ? `environment variable ${source.env}` : `file ${source.file}`
  const text = value?.trim()
  if (!text)
    throw new HarnessError(
      'secret-missing',
      `The secret in ${place} is missing or empty: set it and run again.`,
    )
  // Its only use is in a header, which can carry nothing else.
  if (!/^[\t\x20-\x7e\x80-\xff]+$/.test(text))
    throw new HarnessError(
      'secret-missing',
      `The secret in ${place} holds a character that no HTTP header can carry (a line end, a typographic quote?): correct it and run again.`,
    )
  if (text.length < SHORTEST)
    throw new HarnessError(
      'config-invalid',
      `The secret in ${place} has ${text.length} characters, and one needs at least ${SHORTEST} to be told from ordinary text and kept out of reports. Give the service a longer one, or, if it asks for none, take it out of the configuration or the environment.`,
    )
  return new Secret(text, `[secret from ${place}]`)
}

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new HarnessError(
      'secret-missing',
      `The secret file ${file} cannot be read: check its path and permissions.`,
      { cause },
    )
  }
}
