import type { ErrorEnvelope, ReceivedResponse, TurnedAway } from '../records/index.ts'

/** By which a service says that it has no room for a request. */
const NO_ROOM: readonly number[] = [429, 503]
/** Longer than a day is a mistake of the header's. */
const LONGEST_MS = 86_400_000

/** Whether the service had no room for a request: by its status, or by the code in the error event of a stream. */
export function turnedAwayOf(
  received: ReceivedResponse | undefined,
  streamed: ErrorEnvelope | undefined,
): TurnedAway | undefined {
  if (!received || ![received.status, Number(streamed?.code)].some((code) => NO_ROOM.includes(code)))
    return undefined
  const retryAfterMs = readRetryAfter(received.headers)
  return retryAfterMs === undefined ? {} : { retryAfterMs }
}

/** RFC 9110 §10.2.3: seconds, or a date, which counts from the date of the answer itself. */
function readRetryAfter(headers: ReceivedResponse['headers']): number | undefined {
  const { 'retry-after': header = '', date = '' } = headers
  if (header.trim() === '') return undefined
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.parse(date)
  return Number.isFinite(ms) ? Math.min(LONGEST_MS, Math.max(0, ms)) : undefined
}
