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

  constructor(value: string, label: string) {
    this.#value = value
    this.#label = label
  }

  /** The one way out. Only the client calls it, and only for the origin that the secret belongs to. */
  reveal(): string {
    return this.#value
  }

  /** Replaces the value wherever it stands in `text`, also JSON- or URL-encoded: a server may echo it in an error. */
  redact(text: string): string {
    const spellings = new Set([
      this.#value,
      JSON.stringify(this.#value).slice(1, -1),
      encodeURIComponent(this.#value),
    ])
    let clean = text
    for (const spelling of spellings) if (spelling !== '') clean = clean.replaceAll(spelling, this.#label)
    return clean
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
