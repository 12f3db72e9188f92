import {
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
    // A starved machine may deliver a stream in one piece.
    let hasLeft = false
    for (let tries = 0; tries < 3 && !hasLeft; tries++)
      hasLeft = await leaves(service, { ...STORY, maxTokens, ignoreEos: true })
    if (!hasLeft) inconclusive('the stream ended before the client could leave it')
    const { held, samples, afterMs } = await metricsUntil(service, clock, 3 * LEFT_MS, (now) =>
      running(before) === 0 ? running(now) === 0 : leftBehind(before, now) <= 0,
    )
    if (afterMs > LEFT_MS) await excuseOthers(service, clock, [before, samples], usage?.promptTokens)
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

/** Where in a stream a client leaves: after its beginning, long before its end. */
const DELTAS = 3

/** A client that leaves in mid-stream; false where the stream ended before that, or had come whole by then. */
async function leaves(service: Service, request: GenerationRequest): Promise<boolean> {
  const client = new AbortController()
  let deltas = 0
  const onDelta = () => {
    deltas += 1
    if (deltas === DELTAS) client.abort()
  }
  const left = await service.stream(request, { signal: client.signal, onDelta })
  const isOver = left.stream?.sawDone || (left.stream?.finishReasons ?? 0) > 0
  // A stream whose pieces come in one read had been made whole before.
  return left.outcome === 'failed' && left.failure === 'aborted' && !isOver && left.timing.reads > 1
}
