import { type Clock, deadline, systemClock } from '../clock.ts'
import { isGoodFinish } from '../judges/index.ts'
import { freshMarker } from '../random.ts'
import type {
  Failed,
  FailureKind,
  Generation,
  GenerationRequest,
  Probe,
  ProbeOutcome,
  ServiceAddress,
  Timing,
} from '../records/index.ts'
import type { Client, ClientOptions } from './client.ts'
import { createClient } from './http-client.ts'
import { isAbsent, isModelUnknown } from './route-status.ts'

export type ProbeOptions = ClientOptions & {
  /** Deadline of one look; the caller's signal may end it earlier. Default 30,000. */
  readonly timeoutMs?: number
}

/** These say nothing of a stream: whoever asks for a whole answer is told the same. */
const NOBODY_THERE: ReadonlySet<string> = new Set<FailureKind>(['dns', 'connect', 'tls', 'aborted'])
/** These are a stream's alone, and need no second look. */
const FLAWED_STREAM: ReadonlySet<string> = new Set<FailureKind>(['truncated-stream', 'malformed-stream'])
/** A stream that does not end is not waited for alone after this long. */
const STREAM_PATIENCE_MS = 5_000
/** The stream was asked for first: this long after a whole answer it still counts in its place. */
const LAST_WORD_MS = 1_000

type Call = { readonly timeoutMs: number; readonly signal: AbortSignal }

/** A dialect of the user's may have neither: generations alone tell then. */
const NO_HEALTH: ProbeOutcome = {
  ok: false,
  failure: 'http-status',
  message: 'the dialect has no operation for health',
  routeAbsent: true,
}

/** The readiness wait's eyes: a fresh connection for each look, so that no pooled socket of a dead server is asked. */
export function createProbe({ timeoutMs = 30_000, ...options }: ProbeOptions = {}): Probe {
  const clock = options.clock ?? systemClock
  const look = async (
    address: ServiceAddress,
    signal: AbortSignal,
    ask: (client: Client, call: Call, askedAtMs: number) => Promise<ProbeOutcome>,
  ): Promise<ProbeOutcome> => {
    const askedAtMs = clock.monotonicMs()
    await using client = await createClient(address, options)
    const outcome = await ask(client, { timeoutMs, signal }, askedAtMs)
    return outcome.ok ? outcome : { ...outcome, message: shortened(client.redact(outcome.message)) }
  }
  return {
    health: (address, signal) =>
      look(address, signal, async (client, call, askedAtMs) => {
        const operations = (['health', 'models'] as const).filter((name) => client.has(name))
        const [first, second] = operations
        if (first === undefined) return NO_HEALTH
        let reply = await client.call(first, call)
        // Any OpenAI-compatible server lists its models; not every one has /health.
        if (reply.outcome === 'failed' && isAbsent(reply.status) && second !== undefined)
          reply = await client.call(second, call)
        return reply.outcome === 'failed' ? notOk(reply) : timedSince(askedAtMs, reply.timing)
      }),
    generate: (address, signal) =>
      look(address, signal, (client, call, askedAtMs) => {
        const ask: Ask = (stream, call) => generateEight(client, call, askedAtMs, stream)
        return client.dialect.stream ? generateDespiteStream(ask, call, clock) : ask(false, call)
      }),
  }
}

/**
 * A model may have nothing to say to one prompt: what says nothing to all of these has nothing to say. The first are new ones each time,
 * which no cache in front can answer.
 */
const prompts = (): readonly Pick<GenerationRequest, 'prompt' | 'temperature'>[] => [
  { prompt: `[${freshMarker()}] Say hello.`, temperature: 0 },
  { prompt: `[${freshMarker()}] Tell me a story.`, temperature: 0 },
  { prompt: 'Say hello.', temperature: 0 },
  { prompt: 'Tell me a story.', temperature: 0 },
  { prompt: 'Say hello.', temperature: 1 },
]

async function generateEight(
  client: Client,
  call: Call,
  askedAtMs: number,
  stream: boolean,
): Promise<ProbeOutcome> {
  let outcome: ProbeOutcome = unsound('nothing was asked')
  for (const asked of prompts()) {
    const generation = await generateOnce(client, { ...asked, maxTokens: 8, stream }, call)
    if (generation.outcome === 'failed') return notOk(generation)
    const { text, reasoning = '', finishReason, timing } = generation
    if (!isGoodFinish(finishReason)) return unsound(`finish reason ${JSON.stringify(finishReason)}`)
    if (text.trim() !== '' || reasoning.trim() !== '') return timedSince(askedAtMs, timing)
    outcome = unsound(`generated no text (finish reason ${JSON.stringify(finishReason)})`)
  }
  return outcome
}

type Failure = Extract<ProbeOutcome, { ok: false }>

type Ask = (stream: boolean, call: Call) => Promise<ProbeOutcome>

/**
 * A stream with a flaw of any kind is for the checks to name; whether the service generates at all shows without one. Only
 * where streams go wrong and whole answers do not is it the stream: what goes wrong once is the service's.
 */
async function generateDespiteStream(ask: Ask, call: Call, clock: Clock): Promise<ProbeOutcome> {
  const left = new AbortController()
  const within = { ...call, signal: AbortSignal.any([call.signal, left.signal]) }
  const soon = async (asked: Promise<ProbeOutcome>, ms: number) => {
    using late = deadline(clock, ms)
    return await Promise.race([asked, aborted(late.signal)])
  }
  try {
    const streaming = ask(true, within)
    const streamed = await soon(streaming, STREAM_PATIENCE_MS)
    if (streamed && (streamed.ok || saysNothingOfStreams(streamed))) return streamed
    const whole = await firstGood(ask(false, within), streaming)
    if (!streamed) {
      const late = whole.ok ? await soon(streaming, LAST_WORD_MS) : whole
      return late?.ok ? late : whole
    }
    if (FLAWED_STREAM.has(streamed.failure)) return whole
    const again = whole.ok ? await soon(ask(true, within), STREAM_PATIENCE_MS) : streamed
    return !whole.ok || again?.ok ? streamed : whole
  } finally {
    left.abort()
  }
}

/** The first of two that is good; the first of them where neither is. */
async function firstGood(one: Promise<ProbeOutcome>, other: Promise<ProbeOutcome>): Promise<ProbeOutcome> {
  return (await Promise.any([one, other].map(orThrow)).catch(() => undefined)) ?? one
}

async function orThrow(asked: Promise<ProbeOutcome>): Promise<ProbeOutcome> {
  const outcome = await asked
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome
}

/** Nobody is there, or a model is asked for that the service does not have. */
const saysNothingOfStreams = ({ failure, status, routeAbsent }: Failure): boolean =>
  NOBODY_THERE.has(failure) || (status === 404 && !routeAbsent)

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))

/** What was asked for before the good generation (models, other prompts, a flawed stream) is time that users wait as well. */
const timedSince = (askedAtMs: number, { sentAtMs, ttftMs, e2eMs }: Timing): ProbeOutcome => ({
  ok: true,
  e2eMs: sentAtMs + e2eMs - askedAtMs,
  ...(ttftMs !== undefined && { ttftMs: sentAtMs + ttftMs - askedAtMs }),
})

async function generateOnce(client: Client, request: GenerationRequest, call: Call): Promise<Generation> {
  const generation = await client.generate(request, call)
  const chatOnly =
    generation.outcome === 'failed' &&
    isAbsent(generation.status) &&
    !isModelUnknown(generation) &&
    client.dialect.operations.chat
  return chatOnly ? client.generate({ ...request, route: 'chat' }, call) : generation
}

/** Each try of a start keeps what it met, and a service may say megabytes. */
const MESSAGE_CHARACTERS = 1_000

const shortened = (text: string): string =>
  text.length <= MESSAGE_CHARACTERS
    ? text
    : `${text.slice(0, MESSAGE_CHARACTERS)}… ${text.length - MESSAGE_CHARACTERS} characters more`

const unsound = (message: string): ProbeOutcome => ({ ok: false, failure: 'service-error', message })

function notOk(failed: Failed): ProbeOutcome {
  const { failure, message, status } = failed
  const routeAbsent = isAbsent(status) && !isModelUnknown(failed)
  return {
    ...{ ok: false, failure, message },
    ...(status !== undefined && { status }),
    ...(routeAbsent && { routeAbsent }),
  }
}
