import type { ServiceAddress } from '../records/index.ts'
import { Redactor, readSecret, type Secret } from '../secret.ts'

/** The secrets of one service: revealed to its own origins only, taken out of everything that is kept. */
export type Keyring = {
  /** The secret headers for a URL, as sent and as shown; none for a foreign origin. */
  headersFor(url: URL): { readonly sent: Record<string, string>; readonly shown: Record<string, string> }
  /** A text in which every secret stands as its label. */
  redact(text: string): string
  /** The same for a sentence, which may quote a secret cut at either end. */
  redactQuoted(text: string): string
}

/** Throws `secret-missing` for a secret that is not there, `config-invalid` for one too short to be kept out of reports. */
export function openKeyring(address: ServiceAddress, origins: ReadonlySet<string>): Keyring {
  const held = (address.secretHeaders ?? []).map(({ name, source, prefix = '' }) => ({
    name: name.toLowerCase(),
    prefix,
    secret: readSecret(source),
  }))
  const all = [...held.map(({ secret }) => secret), ...(address.knownSecrets ?? [])]
  const redactor = new Redactor(all)
  const redact = (text: string): string => redactor.redact(text)
  const spell = (value: (secret: Secret) => string): Record<string, string> =>
    Object.fromEntries(held.map(({ name, prefix, secret }) => [name, `${prefix}${value(secret)}`]))
  return {
    headersFor(url) {
      if (!origins.has(url.origin)) return { sent: {}, shown: {} }
      return { sent: spell((secret) => secret.reveal()), shown: spell(String) }
    },
    redact,
    redactQuoted: (text) =>
      all.reduce((clean, secret) => withoutParts(clean, secret.reveal(), String(secret)), redact(text)),
  }
}

/** Replaces every part of a secret that is at least half as long as the whole: a quotation's cut shows no more than that. */
function withoutParts(text: string, value: string, label: string): string {
  const size = Math.ceil(value.length / 2)
  const parts = new Set(
    Array.from({ length: value.length - size + 1 }, (_, at) => value.slice(at, at + size)),
  )
  let clean = ''
  for (let at = 0; at < text.length; ) {
    if (!parts.has(text.slice(at, at + size))) {
      clean += text[at++]
      continue
    }
    let end = at + size
    while (end < text.length && value.includes(text.slice(at, end + 1))) end++
    clean += label
    at = end
  }
  return clean
}
