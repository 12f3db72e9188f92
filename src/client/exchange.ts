import type { Exchange, ReceivedResponse, SentRequest } from '../records/index.ts'
import type { Keyring } from './keyring.ts'
import type { Transport, WireResult } from './transport.ts'
import type { WireRequest } from './wire.ts'

/** Longest request body kept as evidence, in characters: hostile ones run to megabytes. */
const MAX_SENT_CHARS = 64 * 2 ** 10

export type Conversation = { readonly result: WireResult; readonly exchange: Exchange }

/** Sends one request with the service's secrets. What it keeps is redacted where it is cut; the client redacts the whole. */
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
  const shown = { ...plain, ...secrets.shown, ...request.headers }
  const result = await transport.exchange({
    ...request,
    headers: { ...plain, ...secrets.sent, ...request.headers },
  })
  const received = showReceived(result, keyring, evidenceBytes)
  return {
    result,
    exchange: {
      sent: showSent(request, shown, keyring),
      ...(received && { received }),
      timing: { ...result.timing, chunkAtMs: [] },
    },
  }
}

function showSent(request: WireRequest, headers: Record<string, string>, keyring: Keyring): SentRequest {
  const body =
    typeof request.body === 'string' ? request.body : request.body && new TextDecoder().decode(request.body)
  return {
    method: request.method,
    url: withoutQueryValues(request.url),
    headers,
    ...(body !== undefined && { body: cut(keyring.redact(body), MAX_SENT_CHARS) }),
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
  { head, body, bodyBytes, redirects }: WireResult,
  keyring: Keyring,
  evidenceBytes: number,
): ReceivedResponse | undefined {
  if (!head) return undefined
  // Redacted before it is cut: a secret across the cut would otherwise show its first half.
  const text = keyring.redact(new TextDecoder().decode(body))
  return {
    status: head.status,
    headers: head.headers,
    body: text.length > evidenceBytes ? text.slice(0, evidenceBytes) : text,
    bodyBytes,
    hops: redirects,
  }
}

const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters in all)`
