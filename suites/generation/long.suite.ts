import {
  type CheckTools,
  type Completed,
  completed,
  describeFailure,
  type GeneratingRoute,
  type Generation,
  type GenerationRequest,
  onRoute,
  promise,
  routesOf,
  type Service,
  tokensWithin,
} from '#infergate'
import { askWithinLimit } from './stated-limit.ts'

/** What a long stream may take, at the pace of the service and beside nobody. */
const LONG_MS = 1_500
/** An event of a token has some 230 bytes: a buffer of 64 KiB is full before the end of the shortest, one of 128 of the longest. */
const [FEWEST_TOKENS, MOST_TOKENS] = [320, 640] as const
/** Of a slow service. */
const LONGEST_MS = 8_000

promise('generation.finishes-long-streams', {
  says: 'a stream of hundreds of events arrives whole, on each route',
  needs: ['stream'],
  async check(tools) {
    const { service, inCase } = tools
    // At the same time: what cuts the one need not cut the other, and a reader waits once.
    await Promise.all(
      routesOf(service).map((route) =>
        inCase(onRoute(service, 'a long stream', route), () => finishesOn(tools, route)),
      ),
    )
  },
})

async function finishesOn(
  { service, verify, inconclusive }: CheckTools,
  route: GeneratingRoute,
): Promise<void> {
  const isExact = service.profile.engine === 'vllm'
  const long: GenerationRequest = {
    ...{ prompt: 'Count from 1 to 1000, one number a line.', route, maxTokens: 1, temperature: 0 },
    ...{ thinking: 'counted', ...(isExact && { ignoreEos: true }) },
  }
  const { answer: streamed, maxTokens } = await askWithinLimit(await longestWithin(service), (tokens) =>
    service.stream({ ...long, maxTokens: tokens }),
  )
  const whole = () => service.generate({ ...long, maxTokens })
  if (stillCame(streamed))
    inconclusive(
      `a stream of ${maxTokens} tokens still came when its time was over, after ${arrived(streamed)}: nothing cut it`,
      streamed,
    )
  if (streamed.outcome === 'failed') {
    const not = (await whole()).outcome === 'completed' ? 'arrives whole' : 'fails too'
    const reason = `a stream of ${maxTokens} tokens ended after ${arrived(streamed)}: ${describeFailure(streamed)}; the same answer, not streamed, ${not}`
    return verify(false, reason, streamed)
  }
  const tokens = streamed.usage?.completionTokens
  verify(
    !isExact || tokens === maxTokens,
    `a stream of ${maxTokens} tokens counts ${tokens} of them after ${arrived(streamed)}`,
    streamed,
  )
  // Several tokens may share an event, and that looks like a cut: then the text tells.
  if (tokens === undefined || (streamed.stream?.events ?? 0) >= MOST_IN_EVENTS * tokens) return
  const full = completed(await whole(), 'the same answer, not streamed')
  const [got, wanted] = [charactersOf(streamed), charactersOf(full)]
  verify(
    got >= MOST_LOST * wanted,
    `a stream of ${tokens} tokens brings ${got} characters in ${arrived(streamed)}, the same answer, not streamed, ${wanted}: the rest was dropped in silence`,
    streamed,
    full,
  )
}

/** Of its tokens, so many have an event of their own in a stream that lost nothing. */
const MOST_IN_EVENTS = 0.9
/** Two answers to one request may differ, in length too; not by half. */
const MOST_LOST = 0.5

/** What cuts a stream leaves it silent for far longer than this, until its time is over. */
const SILENCE_MS = 2_000

const stillCame = (streamed: Generation): boolean =>
  streamed.outcome === 'failed' &&
  streamed.failure === 'timeout' &&
  streamed.timing.e2eMs - (streamed.timing.chunkAtMs.at(-1) ?? 0) < SILENCE_MS

const charactersOf = ({ text, reasoning = '' }: Completed): number => text.length + reasoning.length

const arrived = ({ stream, received }: Generation): string =>
  `${stream?.events ?? 0} events, ${received?.bodyBytes ?? 0} bytes`

/** The longest stream that the service makes in the time, within its context. */
async function longestWithin(service: Service): Promise<number> {
  const { tokenMs = 0 } = service.profile.pace ?? {}
  const within = (ms: number) => (tokenMs > 0 ? Math.floor(ms / tokenMs) : MOST_TOKENS)
  const wanted = Math.min(
    MOST_TOKENS,
    Math.max(FEWEST_TOKENS, within(LONG_MS)),
    Math.max(24, within(LONGEST_MS)),
  )
  return tokensWithin(service, wanted, 24)
}
