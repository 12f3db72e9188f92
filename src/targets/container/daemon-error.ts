/** What an engine answered with: its own words, on one line, and the HTTP status. */
export type DaemonError = { readonly says: string; readonly status?: number }

/** Reads an error of the engine's client, which wraps the daemon's message in words of its own. */
export function readDaemonError(error: unknown): DaemonError {
  const { json, statusCode, message } = Object(error) as {
    json?: { message?: unknown } | null
    statusCode?: unknown
    message?: unknown
  }
  const said = json?.message ?? String(message ?? error).replace(/^\(HTTP code \d+\) [^-]* - /, '')
  return {
    says: String(said).replaceAll(/\s+/g, ' ').trim(),
    ...(typeof statusCode === 'number' && { status: statusCode }),
  }
}

/** From the engine or the way to it; anything else that is thrown is a bug of ours. */
export function isDaemonError(error: unknown): boolean {
  const { statusCode, code } = Object(error) as { statusCode?: unknown; code?: unknown }
  return typeof statusCode === 'number' || (error instanceof Error && /^E[A-Z]+$/.test(String(code)))
}

/** The thing is gone already, or is going: what was wanted of it. */
export const isGone = (error: unknown): boolean => {
  const { status, says } = readDaemonError(error)
  return status === 404 || (status === 409 && /already in progress/.test(says))
}
