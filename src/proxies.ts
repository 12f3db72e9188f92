/** What listens on this machine is never asked for through a proxy. */
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]', '::1']

type Variables = Readonly<Record<string, string | undefined>>

export type ProxySettings = {
  readonly httpProxy?: string
  readonly httpsProxy?: string
  /** Hosts, comma-separated, or `*`. */
  readonly noProxy: string
}

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or in lower case, which wins as in curl. */
export function proxySettings(env: Variables): ProxySettings {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined
  const [httpProxy, httpsProxy] = [read('HTTP_PROXY'), read('HTTPS_PROXY')]
  return {
    ...(httpProxy !== undefined && { httpProxy }),
    ...(httpsProxy !== undefined && { httpsProxy }),
    noProxy: read('NO_PROXY')?.trim() ?? '',
  }
}

/** Whether a proxy may stand between: then an open port of the host itself tells nothing. */
export function mayBeProxied(url: URL, env: Variables): boolean {
  const { httpProxy, httpsProxy } = proxySettings(env)
  return (httpProxy !== undefined || httpsProxy !== undefined) && !LOOPBACK.includes(url.hostname)
}
