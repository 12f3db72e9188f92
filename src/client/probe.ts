import { systemClock } from '../clock.ts'
import { isGoodFinish } from '../judges/index.ts'
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

const FLAWED_STREAM: ReadonlySet<string> = new Set<FailureKind>(['truncated-stream', 'malformed-stream'])

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
    return outcome.ok ? outcome : { ...outcome, message: client.redact(outcome.message) }
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
    generate: (address, signal) => look(address, signal, generateEight),
  }
}

/** A model may have nothing to say to one prompt: what says nothing to all of these has nothing to say. */
const PROMPTS = [
  { prompt: 'Say hello.', temperature: 0 },
  { prompt: 'Tell me a story.', temperature: 0 },
  { prompt: 'Say hello.', temperature: 1 },
] as const

async function generateEight(client: Client, call: Call, askedAtMs: number): Promise<ProbeOutcome> {
  let outcome: ProbeOutcome = unsound('nothing was asked')
  for (const asked of PROMPTS) {
    const generation = await generateOnce(client, asked, call)
    if (generation.outcome === 'failed') return notOk(generation)
    const { text, reasoning = '', finishReason, timing } = generation
    if (!isGoodFinish(finishReason)) return unsound(`finish reason ${JSON.stringify(finishReason)}`)
    if (text.trim() !== '' || reasoning.trim() !== '') return timedSince(askedAtMs, timing)
    outcome = unsound(`generated no text (finish reason ${JSON.stringify(finishReason)})`)
  }
  return outcome
}

/** What was asked for before the good generation (models, other prompts, a flawed stream) is time that users wait as well. */
const timedSince = (askedAtMs: number, { sentAtMs, ttftMs, e2eMs }: Timing): ProbeOutcome => ({
  ok: true,
  e2eMs: sentAtMs + e2eMs - askedAtMs,
  ...(ttftMs !== undefined && { ttftMs: sentAtMs + ttftMs - askedAtMs }),
})

async function generateOnce(
  client: Client,
  asked: (typeof PROMPTS)[number],
  call: Call,
): Promise<Generation> {
  const request: GenerationRequest = { ...asked, maxTokens: 8, stream: client.dialect.stream !== undefined }
  const generation = await generateDespiteStream(client, request, call)
  const chatOnly =
    generation.outcome === 'failed' &&
    isAbsent(generation.status) &&
    !isModelUnknown(generation) &&
    client.dialect.operations.chat
  return chatOnly ? generateDespiteStream(client, { ...request, route: 'chat' }, call) : generation
}

/** A stream with a flaw is for the checks to name; whether the service generates at all shows without one. */
async function generateDespiteStream(
  client: Client,
  request: GenerationRequest,
  call: Call,
): Promise<Generation> {
  const generation = await client.generate(request, call)
  const flawed = generation.outcome === 'failed' && FLAWED_STREAM.has(generation.failure)
  return flawed ? client.generate({ ...request, stream: false }, call) : generation
}

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
