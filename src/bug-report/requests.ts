import { OPERATIONS } from '../capabilities.ts'
import type { Client } from '../client/index.ts'
import { toCurl } from '../client/index.ts'
import type { Evidence, Generation, Operation, Reply, SentRequest } from '../records/index.ts'
import { isRecord } from './constraint-of.ts'

/** A request as it can be sent again, smaller or as it was. */
export type Asked = {
  readonly method: SentRequest['method']
  /** Of the dialect, where it has it; else the path under which the run asked. */
  readonly to: { readonly operation: Operation } | { readonly path: string }
  /** Beside those that every client of the service sends. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What curl sends by itself, or must not send as we do. */
const OF_THE_CLIENT = ['user-agent', 'accept-encoding', 'accept', 'host', 'content-length']
export const isSecretLabel = (value: string): boolean => value.includes('[secret from ')

/** The recorded request; undefined, with the reason, where it was not kept as it was sent. */
export function askedBy({ request }: Evidence, client: Client): Asked | string {
  const { method, url, headers, body, bodyCharacters } = request
  if (bodyCharacters !== undefined || body?.includes(' characters cut]… '))
    return 'its body was too long to be kept whole'
  if (body !== undefined && isSecretLabel(body))
    return 'a secret of the service stood in its body, which no record holds'
  const parsed = URL.parse(url)
  if (!parsed) return 'its URL was not kept as it was sent'
  if (parsed.search.includes('=HIDDEN')) return 'the values of its query are not kept'
  // The secrets are the client's to send.
  const own = Object.entries(headers).filter(
    ([name, value]) => !isSecretLabel(value) && (name !== 'user-agent' || value !== 'infergate'),
  )
  const operation = operationOf(parsed, method, client)
  return {
    method,
    to: operation === undefined ? { path: `${parsed.pathname}${parsed.search}` } : { operation },
    headers: Object.fromEntries(own),
    ...(body !== undefined && { body }),
  }
}

/** A service that was started again has another port, and perhaps another host: its paths are what stays. */
function operationOf(url: URL, method: string, { address, dialect }: Client): Operation | undefined {
  const known = OPERATIONS.flatMap((operation) => {
    const endpoint = dialect.operations[operation]
    const own = address.urls?.[operation]
    const path = own === undefined ? endpoint?.path : URL.parse(own)?.pathname
    return path === undefined || (endpoint?.method ?? 'POST') !== method ? [] : [{ operation, own, path }]
  })
  const exact = known.find(({ own }) => own !== undefined && URL.parse(own)?.href === url.href)
  return (exact ?? known.find(({ path }) => url.pathname === path || url.pathname.endsWith(path)))?.operation
}

/** The headers that curl would send anyway, or that this request need not have. */
export const plainHeaders = ({ headers }: Asked): Asked['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CLIENT.includes(name)))

export type AskOptions = { readonly timeoutMs: number; readonly signal?: AbortSignal }

/** Sends it, byte by byte as it stands, and reads the answer as the client reads each. */
export function ask(client: Client, asked: Asked, options: AskOptions): Promise<Generation | Reply> {
  const { to, headers, body, method } = asked
  const own = { ...options, once: true }
  const fields = fieldsOf(asked)
  const route = 'operation' in to ? to.operation : undefined
  if ((route === 'generate' || route === 'chat') && fields && isPlain(headers))
    return client.generate(
      {
        ...{ prompt: '', maxTokens: 1, route, written: () => body ?? '' },
        // Named, or the client would ask for the list of models first.
        model: String(fields['model'] ?? ''),
        stream: fields['stream'] === true && client.dialect.stream !== undefined,
        headers: { accept: '*/*', ...headers },
      },
      own,
    )
  return client.send({ ...to, method, headers, ...(body !== undefined && { body }) }, own)
}

/** A body in another type than JSON is no generation. */
const isPlain = (headers: Asked['headers']): boolean =>
  (headers['content-type'] ?? 'application/json').startsWith('application/json')

/** The fields of a JSON body; undefined where it is none. */
export function fieldsOf({ body }: Pick<Asked, 'body'>): Readonly<Record<string, unknown>> | undefined {
  if (body === undefined) return undefined
  try {
    const value: unknown = JSON.parse(body)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The shortest line that sends what was sent: what curl does by itself is left out. */
export function curlOf(sent: SentRequest, asked: Asked, timeoutMs?: number): string {
  const kept = Object.entries(sent.headers).filter(
    ([name, value]) =>
      name !== 'accept-encoding' &&
      (isSecretLabel(value) || name === 'content-type' || Object.hasOwn(asked.headers, name)),
  )
  const whole = toCurl({ ...sent, headers: Object.fromEntries(kept) })
  const short = sent.body !== undefined && sent.method === 'POST' ? whole.replace(' -X POST ', ' ') : whole
  const unbuffered =
    fieldsOf(asked)?.['stream'] === true ? short : short.replace('curl -sS -i -N', 'curl -sS -i')
  return timeoutMs === undefined
    ? unbuffered
    : unbuffered.replace('curl ', `curl --max-time ${Math.ceil(timeoutMs / 1_000)} `)
}
