import type { ServiceAddress } from '../records/index.ts'
import { readSecret, type Secret } from '../secret.ts'

/** The secrets of one service: revealed to its own origins only, taken out of everything that is kept. */
export type Keyring = {
  /** The secret headers for a URL, as sent and as shown; none for a foreign origin. */
  headersFor(url: URL): { readonly sent: Record<string, string>; readonly shown: Record<string, string> }
  redact(text: string): string
  /** A copy of a plain value with every string redacted. */
  redactDeep<T>(value: T): T
}

export function openKeyring(address: ServiceAddress, origins: ReadonlySet<string>): Keyring {
  const held = (address.secretHeaders ?? []).map(({ name, source, prefix = '' }) => ({
    name: name.toLowerCase(),
    prefix,
    secret: readSecret(source),
  }))
  const redact = (text: string): string => held.reduce((clean, { secret }) => secret.redact(clean), text)
  const spell = (value: (secret: Secret) => string): Record<string, string> =>
    Object.fromEntries(held.map(({ name, prefix, secret }) => [name, `${prefix}${value(secret)}`]))
  return {
    headersFor(url) {
      if (!origins.has(url.origin)) return { sent: {}, shown: {} }
      return { sent: spell((secret) => secret.reveal()), shown: spell(String) }
    },
    redact,
    redactDeep: (value) => (held.length === 0 ? value : (mapStrings(value, redact) as typeof value)),
  }
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), mapStrings(item, change)]),
  )
}
