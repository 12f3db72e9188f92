import { OPERATIONS } from '../capabilities.ts'
import { HarnessError } from '../errors.ts'
import type { Operation, ServiceAddress } from '../records/index.ts'
import type { Dialect } from './dialect.ts'

/** The URL of an operation: its own one first, else the dialect's path under the base; undefined where there is neither. */
export function operationUrl(
  address: ServiceAddress,
  dialect: Dialect,
  operation: Operation,
): URL | undefined {
  const own = address.urls?.[operation]
  if (own !== undefined) return parseUrl(own, `urls.${operation}`)
  const endpoint = dialect.operations[operation]
  if (!endpoint || address.baseUrl === undefined) return undefined
  return pathUrl(address, dialect, endpoint.path)
}

/** A path (or an absolute URL) on the service, for raw requests. */
export function pathUrl(address: ServiceAddress, dialect: Dialect, path: string): URL {
  const base = baseOf(address, dialect)
  // Joined as text: a URL resolver would tidy away the very dots and slashes that a hostile path is about.
  const url = /^https?:\/\//.test(path) ? path : `${base.origin}${base.pathname.replace(/\/$/, '')}${path}`
  return parseUrl(url, 'path')
}

/** Where secrets may go: the origins of the service's own operations. */
export function serviceOrigins(address: ServiceAddress): ReadonlySet<string> {
  const urls = [address.baseUrl, ...Object.values(address.urls ?? {})].filter((url) => url !== undefined)
  return new Set(urls.map((url) => parseUrl(url, 'baseUrl or urls').origin))
}

function baseOf(address: ServiceAddress, dialect: Dialect): URL {
  if (address.baseUrl !== undefined) {
    const base = parseUrl(address.baseUrl, 'baseUrl')
    // People give an OpenAI-compatible base with its /v1, as that API's own clients ask for it.
    if (dialect.basePathSuffix && base.pathname.replace(/\/$/, '').endsWith(dialect.basePathSuffix))
      base.pathname = base.pathname.replace(/\/$/, '').slice(0, -dialect.basePathSuffix.length)
    return base
  }
  const operation = OPERATIONS.find((name) => address.urls?.[name] !== undefined)
  const url = operation && address.urls?.[operation]
  if (url === undefined)
    throw new HarnessError(
      'config-invalid',
      'The target has no URL: set its baseUrl, or one URL per operation.',
    )
  return new URL(parseUrl(url, `urls.${operation}`).origin)
}

function parseUrl(text: string, place: string): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new HarnessError(
      'config-invalid',
      `${place} ${JSON.stringify(text)} is no http(s) URL: write it like http://127.0.0.1:8000.`,
    )
  return url
}
