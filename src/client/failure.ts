import { errors } from 'undici'
import type { FailureKind } from '../records/index.ts'

/** A wire failure on its way to becoming a value. It never leaves this folder. */
export class WireFault extends Error {
  override readonly name = 'WireFault'
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}

/** What was known when the error came: the same closed socket means another thing before the headers than after them. */
export type Progress = { readonly headersReceived: boolean; readonly streaming: boolean }

const CONNECT_CODES = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'UND_ERR_CONNECT_TIMEOUT',
])
const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])
/** OpenSSL's verification results and Node's own TLS codes. */
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERROR_IN_CERT|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE))|^EPROTO$/

/** The only place that names a failure of the socket. `other side closed` is undici's word for an early end of file. */
export function classifyFailure(error: unknown, progress: Progress): WireFault {
  if (error instanceof WireFault) return error
  const code = codeOf(error)
  const message = describe(error, code)
  const fault = (kind: FailureKind): WireFault => new WireFault(kind, message, { cause: error })
  const truncated = progress.streaming ? 'truncated-stream' : 'truncated-body'

  if (DNS_CODES.has(code)) return fault('dns')
  if (TLS_CODE.test(code)) return fault('tls')
  // Aborts of ours are faults already: what is left is a proxy that did not make its tunnel.
  if (CONNECT_CODES.has(code) || code === 'UND_ERR_ABORTED') return fault('connect')
  if (code === 'ETIMEDOUT') return fault(progress.headersReceived ? 'timeout' : 'connect')
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return fault('headers-too-large')
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || isEarlyEnd(error))
    return fault(progress.headersReceived ? truncated : 'malformed-response')
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return fault('aborted')
  if (RESET_CODES.has(code)) return fault('reset')
  if (code === 'UND_ERR_SOCKET') return fault(progress.headersReceived ? truncated : 'reset')
  return fault('malformed-response')
}

/** Whether this is why a connection is over: the other side ended it, and had not announced it. */
export function isEndedByPeer(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'UND_ERR_SOCKET' || RESET_CODES.has(code)
}

/** undici 8 loses the code of its parser's errors (it looks a number up by name), so only the text is left. */
function isEarlyEnd(error: unknown): boolean {
  return error instanceof errors.HTTPParserError && error.message.includes('Invalid EOF state')
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return code
  // Happy Eyeballs reports one error per address tried; they fail alike in practice.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}

function describe(error: unknown, code: string): string {
  const said = error instanceof Error ? error.message : String(error)
  if (said === '') return code
  return code === '' || said.includes(code) ? said : `${said} (${code})`
}
