import type { Dispatcher } from 'undici'
import type { Clock } from '../clock.ts'
import type { Timing, TlsFiles } from '../records/index.ts'
import { startDeadline } from './deadline.ts'
import { classifyFailure, type WireFault } from './failure.ts'
import { type HopContext, newState, runHop } from './hop.ts'
import type { Hop } from './hop-rules.ts'
import { openAgent } from './open-agent.ts'
import { unannouncedEnds } from './unannounced-ends.ts'
import type { TransportLimits, WireHead, WireRequest } from './wire.ts'

export type WireResult = {
  readonly head?: WireHead
  readonly redirects: number
  /** The body, or of a body that a sink took, its first `evidenceBytes`. */
  readonly body: Buffer
  readonly bodyBytes: number
  readonly timing: Omit<Timing, 'chunkAtMs' | 'ttftMs'>
  readonly fault?: WireFault
  /** A stream came to its end marker, and its body did not end: it was closed here. */
  readonly leftOpen?: true
}

export interface Transport {
  exchange(request: WireRequest): Promise<WireResult>
  /**
   * The service ends connections that it had not said it would end (RFC 9112 §9.6). A request that is written to such a one is
   * lost by nobody's fault, so each opens its own.
   */
  opensEach: boolean
  close(): Promise<void>
}

/** `request`, never `fetch`: fetch would follow a redirect to another host with our secrets. */
export function openTransport(limits: TransportLimits, clock: Clock, tls?: TlsFiles): Transport {
  const agent = openAgent(limits, tls)
  const transport: Transport = {
    opensEach: false,
    exchange: (request) => exchange(agent, request, limits, clock, transport.opensEach),
    close: () => agent.destroy(),
  }
  const isItsWay = unannouncedEnds()
  agent.on('disconnect', (_origin, _targets, error) => {
    if (isItsWay(error)) transport.opensEach = true
  })
  return transport
}

async function exchange(
  agent: Dispatcher,
  request: WireRequest,
  limits: TransportLimits,
  clock: Clock,
  opensOwn: boolean,
): Promise<WireResult> {
  const deadline = startDeadline(clock, request.timeoutMs, request.signal)
  const sentAtMs = clock.monotonicMs()
  const since = () => clock.monotonicMs() - sentAtMs
  const state = newState()
  const { signal } = deadline
  const context: HopContext = { agent, request, limits, signal, clock, since, state, opensOwn }
  let fault: WireFault | undefined
  try {
    let hop: Hop | undefined = { method: request.method, url: request.url, body: request.body }
    while (hop) hop = await deadline.race(runHop(hop, context))
  } catch (error) {
    fault = classifyFailure(error, { headersReceived: state.answered, streaming: state.streaming })
    // Ends the hop that lost the race, so that its socket does not outlive the answer.
    deadline.abort(fault)
    // Complete in time: only the end of its body was still waited for.
    if (fault.kind === 'timeout' && state.completeMs !== undefined) fault = undefined
  }
  // Complete with its end marker: whatever time its end took is nobody's answer.
  const e2eMs = fault ? since() : (state.completeMs ?? since())
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
      ...(state.hopAtMs.length > 0 && { hopAtMs: state.hopAtMs }),
    },
    ...(fault && { fault }),
    ...(state.leftOpen && { leftOpen: true }),
  }
}
