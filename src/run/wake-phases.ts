import type { ProcessStart } from '../client/index.ts'
import type { ScaleToZero, ServiceProfile, WakePhase, WakeUp } from '../records/index.ts'
import type { Woken } from './wake-request.ts'

type Phases = Pick<WakeUp, 'phases' | 'unmeasured'>

type Seen = {
  readonly woken: Woken
  readonly sleep: ScaleToZero
  readonly profile: ServiceProfile
  /** Of the process that answered. */
  readonly process: ProcessStart
  /** It is another one than before the wait. */
  readonly isFresh: boolean
  /** When the first try was sent, in milliseconds since 1970 of our own clock. */
  readonly sentWallMs: number
}

/** What the wire shows of a wake-up, each after the first send; and of what it does not show, why. */
export function phasesOf(seen: Seen): Phases {
  const { answer, lastAfterMs } = seen.woken
  const after = (ms: number | undefined) => (ms === undefined ? undefined : lastAfterMs + ms)
  const found: Readonly<Record<WakePhase, number | string>> = {
    connected: connectedMs(seen.woken) ?? 'how the connection was made cannot be seen through a proxy',
    edge: edgeMs(seen) ?? 'no word of its own came before the answer',
    process: processMs(seen),
    answer: after(answer.headersMs) ?? 'no answer began',
    token: after(answer.ttftMs) ?? whyNoToken(seen),
    complete: answer.failure ? 'it was not answered' : lastAfterMs + answer.e2eMs,
  }
  const entries = Object.entries(found)
  return {
    phases: Object.fromEntries(entries.filter(([, value]) => typeof value === 'number')),
    unmeasured: Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')),
  }
}

function connectedMs({ connection }: Woken): number | undefined {
  if (connection?.connectMs === undefined) return undefined
  return (connection.dnsMs ?? 0) + connection.connectMs + (connection.tlsMs ?? 0)
}

/** The first word of the edge itself: a redirect, or a refusal. */
const edgeMs = ({ woken }: Seen): number | undefined =>
  woken.refusedAfterMs ??
  (woken.answer.hopAtMs?.[0] === undefined ? undefined : woken.lastAfterMs + woken.answer.hopAtMs[0])

/** By the clock of the service, which its Date header tells to half a second. */
function processMs({ process, isFresh, sentWallMs }: Seen): number | string {
  if ('unknown' in process) return process.unknown
  if (!isFresh) return 'the process that answered before the wait answers after it'
  if (process.clockAheadMs === undefined) return 'the service does not say what time it is (no Date header)'
  const startedMs = process.startedS * 1_000 - process.clockAheadMs - sentWallMs
  return Math.max(0, Math.round(startedMs))
}

function whyNoToken({ profile, woken }: Seen): string {
  if (woken.answer.failure) return 'it was not answered'
  return profile.capabilities.includes('stream')
    ? 'the answer was no stream'
    : 'the dialect does not stream, so its answer comes in one piece'
}
