import type { CallOptions, Client, RawRequest } from '../client/index.ts'
import { type MetricSample, parseMetrics } from '../judges/index.ts'
import type {
  Boot,
  Completed,
  Exchange,
  Generation,
  GenerationRequest,
  Operation,
  Reply,
  ServiceProfile,
} from '../records/index.ts'
import { describeOutcome, quote, type Recorded } from './evidence.ts'
import { CheckEnded } from './outcome.ts'

/** What `/health` said. `ok`: 2xx, and no body that says otherwise. */
export type Health = { readonly ok: boolean; readonly tookMs: number; readonly reply: Reply }

/** The service as a check sees it. Every exchange is kept as evidence without the check saying so. */
export interface Service {
  readonly profile: ServiceProfile
  readonly boots: readonly Boot[]
  /** One generation, whatever comes of it. */
  generate(request: GenerationRequest, options?: CallOptions): Promise<Generation>
  /** The same, streamed, with its usage asked for. */
  stream(request: GenerationRequest, options?: CallOptions): Promise<Generation>
  /** A generation that has to succeed: the promise is broken when it does not. */
  answer(request: GenerationRequest, options?: CallOptions): Promise<Completed>
  health(): Promise<Health>
  models(): Promise<Reply>
  /** The counters as they stand; ends the check as inconclusive when they cannot be read. */
  metrics(): Promise<readonly MetricSample[]>
  /** A request that no client would send. */
  send(raw: RawRequest, options?: CallOptions): Promise<Reply>
}

export type ServiceOptions = {
  readonly client: Client
  readonly profile: ServiceProfile
  readonly boots: readonly Boot[]
  /** Aborts when the check is over or its time is. */
  readonly signal: AbortSignal
  /** How long one call may take unless it says otherwise. */
  readonly callTimeoutMs: number
  record(recorded: Recorded): void
}

/** Where the calls of a check that is over wait: they neither answer nor fail, so nothing that was left running can. */
const parked = new Promise<never>(() => {})

export function createService(options: ServiceOptions): Service {
  const { client, profile, boots, signal, callTimeoutMs, record } = options

  async function watched<T extends Generation | Reply>(
    call: (own: CallOptions) => Promise<T>,
    own: CallOptions = {},
    generates = false,
  ) {
    if (signal.aborted) return parked
    const both = own.signal ? AbortSignal.any([signal, own.signal]) : signal
    const answer = await call({ timeoutMs: callTimeoutMs, ...own, signal: both })
    record({
      exchange: answer,
      outcome: describeOutcome(answer),
      generates,
      ...(answer.outcome === 'failed' && { failure: answer.failure }),
    })
    // What the end of the check cut short says nothing about the service.
    return signal.aborted && answer.outcome === 'failed' ? parked : answer
  }
  const call = (operation: Operation) => watched((own) => client.call(operation, own))
  const generate: Service['generate'] = (request, own) =>
    watched((merged) => client.generate(request, merged), own, true)

  return {
    profile,
    boots,
    generate,
    stream: (request, own) => generate({ includeUsage: true, ...request, stream: true }, own),
    answer: async (request, own) => completed(await generate(request, own)),
    async health() {
      const reply = await call('health')
      return { ok: saysHealthy(reply), tookMs: reply.timing.e2eMs, reply }
    },
    models: () => call('models'),
    async metrics() {
      const reply = await call('metrics')
      if (reply.outcome === 'failed')
        throw new CheckEnded('inconclusive', `/metrics: ${reply.message}`, [reply])
      return parseMetrics(reply.text)
    },
    send: (raw, own) => watched((merged) => client.send(raw, merged), own),
  }
}

/** The completed answer; a generation that failed breaks the promise, with the failure as the reason. */
export function completed(generation: Generation, what = 'a generation'): Completed {
  if (generation.outcome === 'completed') return generation
  throw new CheckEnded('failed', `${what} failed: ${describeFailure(generation)}`, [generation])
}

/** Why an exchange failed, with the status and the first of what the service said. */
export function describeFailure(answer: Generation | Reply): string {
  if (answer.outcome === 'completed') return 'it did not fail'
  const status = answer.status === undefined ? '' : ` (HTTP ${answer.status})`
  return `${answer.failure}${status}: ${quote(answer.message, 300)}`
}

/** The routes that generate, for promises that hold on each of them. */
export const routesOf = ({ profile }: Service): readonly ('generate' | 'chat')[] =>
  profile.capabilities.includes('chat') ? ['generate', 'chat'] : ['generate']

/** The routes on which an answer's format binds: OpenAI's own wire has it on chat alone. */
export const bindingRoutesOf = (service: Service): readonly ('generate' | 'chat')[] =>
  service.profile.engine === 'unknown' && service.profile.capabilities.includes('chat')
    ? ['chat']
    : routesOf(service)

/** The body as it arrived, up to the client's limit. */
export const bodyOf = (exchange: Exchange): string => exchange.received?.body ?? ''

function saysHealthy(reply: Reply): boolean {
  if (reply.outcome === 'failed') return false
  const said = Object(reply.json)
  if (said.error !== undefined && said.error !== null && said.error !== false) return false
  if ([said.status, said.healthy, said.ok, said.ready].includes(false)) return false
  return typeof said.status !== 'string' || !UNWELL.test(said.status)
}

/** Words that health routes use for trouble; an unknown word is no bad one. */
const UNWELL =
  /\b(un\w*|not|error|errors|fail\w*|down|dead|degraded|starting|loading|initiali\w+|critical)\b/i
