import type { Exchange, ReceivedResponse, SentRequest } from '../records/index.ts'
import type { Keyring } from './keyring.ts'
import type { Transport, WireResult } from './transport.ts'
import type { WireRequest } from './wire.ts'

/** Longest request body kept as evidence, in characters: hostile ones run to megabytes. */
const MAX_SENT_CHARS = 64 * 2 ** 10

export type Conversation = { readonly result: WireResult; readonly exchange: Exchange }

/** Sends one request with the service's secrets. What may be kept of it, `sent` and `received`, names them by their labels. */
export async function converse(
  transport: Transport,
  keyring: Keyring,
  request: WireRequest,
  evidenceBytes: number,
): Promise<Conversation> {
  const secrets = keyring.headersFor(request.url)
  const plain = {
    'user-agent': 'infergate',
    // A gzip bomb grows a thousandfold after the byte cap, which counts what the socket brings.
    'accept-encoding': 'identity',
  }
  const shown = { ...plain, ...secrets.shown, ...redactHeaders(request.headers, keyring) }
  const result = await transport.exchange({
    ...request,
    headers: { ...plain, ...secrets.sent, ...request.headers },
  })
  const body = new TextDecoder().decode(result.body)
  const received = showReceived(result, body, keyring, evidenceBytes)
  return {
    result,
    exchange: {
      sent: showSent(request, shown, keyring),
      ...(received && { received, body: body.slice(0, evidenceBytes) }),
      timing: { ...result.timing, chunkAtMs: [] },
    },
  }
}

const redactHeaders = (headers: Readonly<Record<string, string>>, { redact }: Keyring) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [redact(name), redact(value)]))

function showSent(request: WireRequest, headers: Record<string, string>, keyring: Keyring): SentRequest {
  const whole =
    typeof request.body === 'string' ? request.body : request.body && new TextDecoder().decode(request.body)
  const body = whole === undefined ? undefined : keyring.redact(whole)
  return {
    method: request.method,
    url: keyring.redact(withoutQueryValues(request.url)),
    headers,
    ...(body !== undefined && { body: body.slice(0, MAX_SENT_CHARS) }),
    ...(body !== undefined && body.length > MAX_SENT_CHARS && { bodyCharacters: body.length }),
  }
}

/** A query may carry a key, and what stands in a report is read by many. */
function withoutQueryValues(url: URL): string {
  if (url.search === '') return url.href
  const shown = new URL(url)
  for (const name of new Set(shown.searchParams.keys())) shown.searchParams.set(name, 'HIDDEN')
  return shown.href
}

function showReceived(
  { head, bodyBytes, redirects }: WireResult,
  body: string,
  keyring: Keyring,
  evidenceBytes: number,
): ReceivedResponse | undefined {
  if (!head) return undefined
  // Redacted before it is cut: a secret across the cut would otherwise show its first half.
  const text = keyring.redact(body)
  return {
    status: head.status,
    headers: redactHeaders(head.headers, keyring),
    body: text.slice(0, evidenceBytes),
    bodyBytes,
    hops: redirects,
  }
}
