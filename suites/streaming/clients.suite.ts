import {
  contextTokens,
  foreignMarker,
  type GenerationRequest,
  inParallel,
  type MetricSample,
  markers,
  metricSum,
  metricsUntil,
  probe,
  promise,
  type Service,
} from '#infergate'
import { endsProperly } from './ends-properly.ts'
import { STORY } from './story.ts'

promise('streaming.keeps-streams-apart', {
  says: 'sixteen streams at once do not mix',
  needs: ['stream'],
  alone: 'hurts',
  async check({ service, verify, random, sampled }) {
    const all = markers(random, 32)
    await inParallel(32, 16, async (index) => {
      const own = all[index] ?? ''
      const request = { prompt: `Repeat: "${own}"`, maxTokens: 24, temperature: 0 }
      const answer = endsProperly(verify, await service.stream(request), `stream ${index + 1}, 16 at once`)
      const foreign = foreignMarker(answer.text, own, all)
      verify(foreign === undefined, `the stream of ${own} holds ${foreign}, the marker of another`, answer)
    })
    sampled(32)
  },
})

promise('streaming.survives-disconnects', {
  says: 'clients that leave in mid-stream do no harm to those who stay',
  needs: ['stream'],
  alone: 'hurts',
  async check({ service, sampled }) {
    const left = await inParallel(5, 5, async () => {
      const [hasLeft] = await Promise.all([leaves(service, { ...STORY, maxTokens: 256 }), probe(service)])
      return hasLeft
    })
    sampled(left.filter(Boolean).length)
    await probe(service)
  },
})

promise('streaming.disconnect-frees', {
  says: 'when the client leaves, the service stops generating for it',
  needs: ['stream', 'metrics'],
  alone: 'counts',
  async check({ service, verify, clock, inconclusive, notApplicable }) {
    const runs = async () => metricSum(await service.metrics(), RUNNING)
    const isIdle = (samples: readonly MetricSample[]) => (metricSum(samples, RUNNING) ?? 0) === 0
    if ((await runs()) === undefined) notApplicable(`/metrics has no ${RUNNING}`)
    // Earlier checks left streams too: what still runs here, where nobody else asks, is theirs.
    const quiet = await metricsUntil(service, clock, LEFT_MS, isIdle)
    if (!quiet.held && service.boots.at(-1)?.origin !== 'started')
      inconclusive('others use the service meanwhile')
    verify(quiet.held, `${await runs()} requests still run ${LEFT_MS} ms after all clients left`)
    // Long enough to be still at work by then.
    const maxTokens = Math.min(2_000, ((await contextTokens(service)) ?? 1_024) - 100)
    const hasLeft = await leaves(service, { ...STORY, maxTokens, ignoreEos: true })
    if (!hasLeft) inconclusive('the stream ended before the client could leave it')
    const { held } = await metricsUntil(service, clock, LEFT_MS, isIdle)
    verify(held, `${await runs()} requests still run ${LEFT_MS} ms after the client left`)
  },
})

const RUNNING = 'vllm:num_requests_running'
/** A service that notices a closed connection needs milliseconds; this leaves room for a step of a large model. */
const LEFT_MS = 2_000

/** Where in a stream a client leaves: after its beginning, long before its end. */
const DELTAS = 3

/** A client that leaves in mid-stream; false where the stream ended before that. */
async function leaves(service: Service, request: GenerationRequest): Promise<boolean> {
  const client = new AbortController()
  let deltas = 0
  const onDelta = () => {
    deltas += 1
    if (deltas === DELTAS) client.abort()
  }
  await service.stream(request, { signal: client.signal, onDelta })
  return deltas >= DELTAS
}
