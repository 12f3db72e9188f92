import type { Dispatcher } from 'undici'
import { WireFault } from './failure.ts'
import type { WireHead, WireRequest } from './wire.ts'

/** Modal re-issues its 303 about every 150 s; 20 of them are its own limit of about 50 minutes. */
const MAX_REDIRECTS = 20

/** One request of an exchange; a redirect that is followed makes the next. */
export type Hop = {
  readonly method: Dispatcher.HttpMethod
  readonly url: URL
  readonly body: WireRequest['body']
}

/** Throws for a body that is packed, though nothing but `identity` was accepted. */
export function refusePacked({ headers }: WireHead): void {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.trim().toLowerCase() !== 'identity' && encoding !== '')
    throw new WireFault(
      'encoding-refused',
      `answered with content-encoding ${encoding}, though only identity was accepted`,
    )
}

/** 303 only, as GET without a body, to the same scheme, host and port: the one redirect that Modal's long calls need. */
export function nextHop(hop: Hop, { status, headers }: WireHead, followed: number): Hop | undefined {
  const location = headers['location']
  if (status < 300 || status > 399 || (location === undefined && status !== 303)) return undefined
  const target = location === undefined ? null : URL.parse(location, hop.url.href)
  const refuse = (why: string): never => {
    throw new WireFault('redirect-refused', `HTTP ${status} to ${location ?? 'nowhere'} not followed: ${why}`)
  }
  if (status !== 303) return refuse('only 303 is')
  if (!target) return refuse('it names no valid location')
  if (target.origin !== hop.url.origin) return refuse('another origin')
  if (followed >= MAX_REDIRECTS) return refuse(`${MAX_REDIRECTS} redirects were followed already`)
  return { method: 'GET', url: target, body: undefined }
}

/** Headers as one text each. */
export function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}
