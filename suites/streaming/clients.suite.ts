import {
  type CheckTools,
  contextTokens,
  excuseOthers,
  foreignMarker,
  type GenerationRequest,
  inParallel,
  isOurs,
  leftBehind,
  type MetricSample,
  markers,
  metricSum,
  metricsUntil,
  probe,
  promise,
  routesOf,
  type Service,
  tokensWithin,
  verifyInTime,
  verifyOwnMarkers,
} from '#infergate'
import { endsProperly } from './ends-properly.ts'
import { STORY } from './story.ts'

type Clock = CheckTools['clock']

promise('streaming.keeps-streams-apart', {
  says: 'sixteen streams at once do not mix',
  needs: ['stream'],
  alone: 'hurts',
  async check(tools) {
    const { service, verify, random, sampled } = tools
    const all = markers(random, 32)
    const routes = routesOf(service)
    const ask = async (marker: string, what: string) => {
      const route = routes[all.indexOf(marker) % routes.length] ?? 'generate'
      const request = { prompt: `Repeat: "${marker}"`, route, maxTokens: 24, temperature: 0 }
      return endsProperly(verify, await service.stream(request), what)
    }
    const crowd = await inParallel(32, 16, async (index) => {
      const marker = all[index] ?? ''
      const answer = await ask(marker, `stream ${index + 1}, 16 at once`)
      const foreign = foreignMarker(answer.text, marker, all)
      verify(foreign === undefined, `the stream of ${marker} holds ${foreign}, the marker of another`, answer)
      return { marker, answer }
    })
    sampled(32)
    await verifyOwnMarkers(tools, crowd, ({ marker }) => ask(marker, 'a stream alone'))
  },
})

promise('streaming.survives-disconnects', {
  says: 'clients that leave in mid-stream do no harm to those who stay',
  needs: ['stream'],
  alone: 'hurts',
  async check({ service, sampled, inconclusive }) {
    let count = 0
    // A starved machine may deliver a stream in one piece: then a longer one is left.
    for (const tokens of [256, 640]) {
      count = await leftBy(service, await tokensWithin(service, tokens))
      if (count > 0) break
    }
    await probe(service)
    if (count === 0)
      inconclusive(
        'no client could leave in mid-stream: each stream had ended by its third event, or came in one read',
      )
    sampled(count)
  },
})

/** How many of six clients leave in mid-stream, beside as many who stay. */
async function leftBy(service: Service, maxTokens: number): Promise<number> {
  const routes = routesOf(service)
  const ignoreEos = service.profile.engine === 'vllm' && { ignoreEos: true }
  const left = await inParallel(6, 6, async (index) => {
    const route = routes[index % routes.length] ?? 'generate'
    const request = { ...STORY, route, maxTokens, ...ignoreEos }
    const [hasLeft] = await Promise.all([leaves(service, request), probe(service)])
    return hasLeft
  })
  return left.filter(Boolean).length
}

promise('streaming.disconnect-frees', {
  says: 'when the client leaves, the service stops generating for it',
  needs: ['stream', 'metrics'],
  alone: 'counts',
  async check({ service, verify, clock, inconclusive, notApplicable }) {
    if (service.profile.shared !== undefined) notApplicable(service.profile.shared)
    const running = (samples: readonly MetricSample[]) => metricSum(samples, RUNNING) ?? 0
    const first = await service.metrics()
    if (metricSum(first, RUNNING) === undefined) notApplicable(`/metrics has no ${RUNNING}`)
    // Earlier checks left streams too: what still runs here, where nobody else asks, is theirs.
    const quiet = await metricsUntil(service, clock, LEFT_MS, (samples) => running(samples) === 0)
    const stillRun = `${running(quiet.samples)} requests still run ${LEFT_MS} ms after all clients left`
    verify(quiet.held || !isOurs(service), stillRun)
    if (!quiet.held) await excuseOthers(service, clock, [first, quiet.samples], 0)
    const { usage } = await service.answer({ ...STORY, maxTokens: 1, thinking: 'counted' })
    const before = await service.metrics()
    // Long enough to be still at work by then; an answer that ends by itself before frees without being left.
    const wanted = (await contextTokens(service)) === undefined ? 900 : 2_000
    const maxTokens = await tokensWithin(service, wanted, 256)
    // A gateway may show its engine's counters and keep its fields to itself.
    const ignoreEos = service.profile.engine !== 'unknown' && { ignoreEos: true }
    const { hasLeft, sent } = await oneLeaves(service, { ...STORY, maxTokens, ...ignoreEos }, clock)
    if (!hasLeft) inconclusive('the stream ended before the client could leave it')
    const { held, samples, afterMs } = await metricsUntil(service, clock, 3 * LEFT_MS, (now) =>
      running(before) === 0 ? running(now) === 0 : leftBehind(before, now) <= 0,
    )
    const ownTokens = usage?.promptTokens
    if (afterMs > LEFT_MS)
      await excuseOthers(service, clock, [before, samples], ownTokens && sent * ownTokens)
    verify(
      held,
      `${running(samples)} requests still run ${3 * LEFT_MS} ms after the client left` +
        (running(before) > 0
          ? `, ${running(before)} ran before it came, and no prompt but its own arrived`
          : ''),
    )
    verifyInTime(
      { tookMs: afterMs, limitMs: LEFT_MS },
      `a request still ran ${Math.round(afterMs)} ms after the client left`,
    )
  },
})

const RUNNING = 'vllm:num_requests_running'
/** A service that notices a closed connection needs milliseconds; this leaves room for a step of a large model. */
const LEFT_MS = 2_000

/** Streams at once: together they take longer than a starved machine keeps a client from its turn, however fast the service is. */
const CROWDS = [1, 1, 8, 16]

/** Whether at least one client left in mid-stream, of more and more at a time, and how many streams that took. */
async function oneLeaves(
  service: Service,
  request: GenerationRequest,
  clock: Clock,
): Promise<{ readonly hasLeft: boolean; readonly sent: number }> {
  let sent = 0
  for (const clients of CROWDS) {
    const left = await inParallel(clients, clients, () => leaves(service, request, clock))
    sent += clients
    if (left.includes(true)) return { hasLeft: true, sent }
  }
  return { hasLeft: false, sent }
}

/** Where in a stream a client leaves: after its beginning, long before its end. */
const DELTAS = 3
/** Who waits so long for the next piece has read all that there was: the stream is being made. */
const PAUSE_MS = 3

/**
 * A client that leaves in mid-stream; false where the stream ended before that, or had come whole by then. A starved machine finds
 * many pieces in its first read, as it does where a stream is held back until it is whole: then, with a clock, it stays until it has to wait.
 */
async function leaves(service: Service, request: GenerationRequest, clock?: Clock): Promise<boolean> {
  const client = new AbortController()
  const seen = { deltas: 0, readAtMs: Number.NaN, doneAtMs: Number.NaN, sentAtMs: Number.POSITIVE_INFINITY }
  let firstAtMs: number | undefined
  const onDelta = (_text: string, atMs: number) => {
    const nowMs = clock?.monotonicMs() ?? Number.NaN
    firstAtMs ??= atMs
    seen.deltas += 1
    seen.sentAtMs = Math.min(seen.sentAtMs, nowMs - atMs)
    const pauseMs = atMs > seen.readAtMs ? seen.sentAtMs + atMs - seen.doneAtMs : 0
    const isSecondRead = seen.deltas === DELTAS && atMs > firstAtMs
    if (isSecondRead || (seen.deltas > DELTAS && pauseMs >= PAUSE_MS)) client.abort()
    seen.readAtMs = atMs
    seen.doneAtMs = nowMs
  }
  const left = await service.stream(request, { signal: client.signal, onDelta })
  const isOver = left.stream?.sawDone || (left.stream?.finishReasons ?? 0) > 0
  return left.outcome === 'failed' && left.failure === 'aborted' && !isOver
}
