import type { Dispatcher } from 'undici'
import type { Clock } from '../clock.ts'
import type { Timing, TlsFiles } from '../records/index.ts'
import { startDeadline } from './deadline.ts'
import { classifyFailure, type WireFault } from './failure.ts'
import { type Hop, type HopContext, newState, runHop } from './hop.ts'
import { openAgent } from './open-agent.ts'
import type { TransportLimits, WireHead, WireRequest } from './wire.ts'

export type WireResult = {
  readonly head?: WireHead
  readonly redirects: number
  /** The body, or of a body that a sink took, its first `evidenceBytes`. */
  readonly body: Buffer
  readonly bodyBytes: number
  readonly timing: Omit<Timing, 'chunkAtMs' | 'ttftMs'>
  readonly fault?: WireFault
}

export interface Transport {
  exchange(request: WireRequest): Promise<WireResult>
  close(): Promise<void>
}

/** `request`, never `fetch`: fetch would follow a redirect to another host with our secrets. */
export function openTransport(limits: TransportLimits, clock: Clock, tls?: TlsFiles): Transport {
  const agent = openAgent(limits, tls)
  return {
    exchange: (request) => exchange(agent, request, limits, clock),
    close: () => agent.destroy(),
  }
}

async function exchange(
  agent: Dispatcher,
  request: WireRequest,
  limits: TransportLimits,
  clock: Clock,
): Promise<WireResult> {
  const deadline = startDeadline(clock, request.timeoutMs, request.signal)
  const sentAtMs = clock.monotonicMs()
  const since = () => clock.monotonicMs() - sentAtMs
  const state = newState()
  const context: HopContext = { agent, request, limits, signal: deadline.signal, since, state }
  let fault: WireFault | undefined
  try {
    let hop: Hop | undefined = { method: request.method, url: request.url, body: request.body }
    while (hop) hop = await deadline.race(runHop(hop, context))
  } catch (error) {
    fault = classifyFailure(error, { headersReceived: state.answered, streaming: state.streaming })
    // Ends the hop that lost the race, so that its socket does not outlive the answer.
    deadline.abort(fault)
  }
  const e2eMs = since()
  deadline.release()
  if (state.misuse) throw state.misuse.error
  return {
    redirects: state.redirects,
    ...(state.head && { head: state.head }),
    body: Buffer.concat(state.kept),
    bodyBytes: state.bodyBytes,
    timing: {
      sentAtMs,
      e2eMs,
      reads: state.reads,
      ...(state.firstByteMs !== undefined && { firstByteMs: state.firstByteMs }),
    },
    ...(fault && { fault }),
  }
}
