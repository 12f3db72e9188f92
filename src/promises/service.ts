import type { CallOptions, RawRequest } from '../client/index.ts'
import type { MetricSample } from '../judges/index.ts'
import type {
  Boot,
  Completed,
  Exchange,
  Generation,
  GenerationRequest,
  Reply,
  ServiceProfile,
} from '../records/index.ts'
import { CheckEnded } from './outcome.ts'
import { quote } from './quote.ts'
import { noteVerified } from './verified.ts'

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

/** The completed answer; a generation that failed breaks the promise, with the failure as the reason. */
export function completed(generation: Generation, what = 'a generation'): Completed {
  noteVerified()
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
export const bodyOf = (exchange: Exchange): string => exchange.body ?? ''
