import { readFileSync } from 'node:fs'
import { createSecureContext, getCACertificates } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { HarnessError } from '../errors.ts'
import { LOOPBACK, proxySettings } from '../proxies.ts'
import type { TlsFiles } from '../records/index.ts'
import type { TransportLimits } from './wire.ts'

/**
 * One keep-alive agent: straight to the service, or by the proxy of HTTPS_PROXY or HTTP_PROXY where NO_PROXY does not name the
 * host; what listens on this machine is never asked for through a proxy. Throws `config-invalid` for a certificate that
 * cannot be used.
 */
export function openAgent(limits: TransportLimits, files: TlsFiles = {}): Dispatcher {
  const tls = readTls(files)
  const options = {
    ...connectionOptions(limits),
    connect: { timeout: limits.connectTimeoutMs, ...tls },
  }
  const { httpProxy, httpsProxy, noProxy } = proxySettings(process.env)
  if (httpProxy === undefined && httpsProxy === undefined) return new Agent(options)
  return new EnvHttpProxyAgent({
    ...options,
    // An empty word is none; undefined would read the environment again.
    ...{ httpProxy: httpProxy ?? '', httpsProxy: httpsProxy ?? '' },
    noProxy: noProxy === '*' ? noProxy : [noProxy, ...LOOPBACK].join(','),
    connectTimeout: limits.connectTimeoutMs,
    requestTls: tls,
  })
}

/** What each connection to a service is held to. */
export const connectionOptions = ({ maxHeaderBytes }: TransportLimits) => ({
  allowH2: false,
  pipelining: 1,
  // Servers close idle sockets (uvicorn after 5 s); one that is reused just then is reset, and nobody broke a promise.
  keepAliveTimeout: 1_000,
  keepAliveMaxTimeout: 1_000,
  maxHeaderSize: maxHeaderBytes,
  // The total deadline replaces both: a byte each 300 ms would never trip them.
  headersTimeout: 0,
  bodyTimeout: 0,
})

/** An authority of the user's joins those that Node knows, NODE_EXTRA_CA_CERTS among them. */
export function readTls(files: TlsFiles) {
  const [ca, cert, key] = (['ca', 'cert', 'key'] as const).map((name) => read(name, files[name]))
  const tls = {
    ...(ca && { ca: [...getCACertificates('default'), ca] }),
    ...(cert && { cert }),
    ...(key && { key }),
  }
  try {
    createSecureContext(tls)
  } catch (cause) {
    throw new HarnessError(
      'config-invalid',
      `The certificates of the target's \`tls\` cannot be used (${String(cause)}): \`ca\`, \`cert\` and \`key\` are PEM files, and \`key\` belongs to \`cert\`.`,
      { cause },
    )
  }
  return tls
}

function read(name: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new HarnessError(
      'config-invalid',
      `The file ${file} of the target's \`tls.${name}\` cannot be read: correct its path or its permissions.`,
      { cause },
    )
  }
}
