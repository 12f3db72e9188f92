import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** Of pages that this server writes; which script may run stands in the page itself. */
const OWN_PAGE = "frame-ancestors 'none'"
/**
 * Of a page that lies in the folder of a run, which may come from anywhere: it runs as a site of its own, so that it can read no
 * other run, and asks nobody for anything.
 */
const FOREIGN_PAGE = `${NOTHING}; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; sandbox allow-scripts allow-downloads allow-top-navigation-by-user-activation`

export type Kind = 'own-page' | 'foreign-page' | 'text' | 'json'

const TYPES: Readonly<Record<Kind, string>> = {
  'own-page': 'text/html; charset=utf-8',
  'foreign-page': 'text/html; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
}

const headersOf = (kind: Kind) => ({
  ...ALWAYS,
  'content-type': TYPES[kind],
  'content-security-policy':
    kind === 'own-page' ? OWN_PAGE : kind === 'foreign-page' ? FOREIGN_PAGE : `${NOTHING}; sandbox`,
})

export function sendText(
  response: ServerResponse,
  text: string,
  { status = 200, kind = 'text', headers = {} }: SendOptions = {},
): void {
  response.writeHead(status, {
    ...headersOf(kind),
    ...headers,
    'content-length': Buffer.byteLength(text),
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

type SendOptions = {
  readonly status?: number
  readonly kind?: Kind
  readonly headers?: Readonly<Record<string, string>>
}

/** As much of a file as it has now: it may grow meanwhile. A slow reader holds nothing but his own connection. */
export async function sendFile(
  { method }: Pick<IncomingMessage, 'method'>,
  response: ServerResponse,
  file: FileHandle,
  kind: Kind,
): Promise<void> {
  const { size } = await file.stat()
  response.writeHead(200, { ...headersOf(kind), 'content-length': size })
  if (method === 'HEAD' || size === 0) {
    response.end()
    return
  }
  await pipeline(file.createReadStream({ end: size - 1, autoClose: false }), response).catch(() => {
    // The reader went away.
    response.destroy()
  })
}

/** Begins an answer that goes on: one event after the other. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { ...headersOf('text'), 'content-type': 'text/event-stream; charset=utf-8' })
  response.flushHeaders()
}
