import type { SentRequest } from '../records/index.ts'

/** A shell line that repeats a request. Secrets are read from where they live, so the line can be shown. */
export function toCurl(sent: SentRequest): string {
  const headers = Object.entries(sent.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  return [
    'curl -sS -i -N',
    ...(sent.method === 'GET' ? [] : [`-X ${sent.method}`]),
    quote(sent.url),
    ...headers,
    ...(sent.body === undefined ? [] : [`--data-binary ${quote(sent.body)}`]),
  ].join(' ')
}

/** The label of a secret (see secret.ts) becomes a reference to its source, outside the single quotes. */
function quote(text: string): string {
  const single = `'${text.replaceAll("'", `'\\''`)}'`
  return single
    .replaceAll(/\[secret from environment variable (\w+)\]/g, (_, name: string) => `'"$${name}"'`)
    .replaceAll(/\[secret from file ([^\]"$`\\]+)\]/g, (_, file: string) => `'"$(cat "${file}")"'`)
}
