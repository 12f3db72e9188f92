import type { CallOptions, RawRequest } from '../client/index.ts'
import type { MetricSample } from '../judges/index.ts'
import type {
  Boot,
  Caused,
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
export function completed(generation: Generation, what = 'a generation', caused?: Caused): Completed {
  noteVerified()
  if (generation.outcome === 'completed') return generation
  throw new CheckEnded('failed', `${what} failed: ${describeFailure(generation)}`, [generation], caused)
}

/** Why an exchange failed, with the status and the first of what the service said. */
export function describeFailure(answer: Generation | Reply): string {
  if (answer.outcome === 'completed') return 'it did not fail'
  const status = answer.status === undefined ? '' : ` (HTTP ${answer.status})`
  return `${answer.failure}${status}: ${quote(answer.message, 300)}`
}

/** The ways in which a request is generated, as a request names them. */
export type GeneratingRoute = NonNullable<GenerationRequest['route']>

/** The routes that generate and are there, for promises that hold on each of them. */
export function routesOf({ profile }: Service): readonly GeneratingRoute[] {
  const hasChat = profile.capabilities.includes('chat')
  const hasCompletions = profile.absentRoutes?.completions === undefined
  // Where neither is there, what is asked fails: a list of none would prove nothing.
  return [
    ...(hasCompletions || !hasChat ? (['generate'] as const) : []),
    ...(hasChat ? (['chat'] as const) : []),
  ]
}

/**
 * The routes on which an answer's format binds at once: OpenAI's own wire has it on chat alone, and so has a service whose
 * constraints wait for the end of a thought on the plain route, which is a finding by itself.
 */
export function bindingRoutesOf(service: Service): readonly GeneratingRoute[] {
  const { engine, capabilities, reasoning } = service.profile
  const onChat = reasoning?.constraintsWait !== undefined
  return (engine === 'unknown' && capabilities.includes('chat')) || onChat ? ['chat'] : routesOf(service)
}

/** The routes on which regular expressions and choices bind: of an engine that promises neither, those where they were seen to. */
export function spelledRoutesOf(service: Service): readonly GeneratingRoute[] {
  const seen = service.profile.wire?.['spelled']
  if (service.profile.reasoning?.constraintsWait !== undefined) return ['chat']
  if (service.profile.engine !== 'unknown' || seen === undefined) return routesOf(service)
  return routesOf(service).filter((route) => seen.split(',').includes(route))
}

/** A name with its route, where the service has two: one route's failure names its route and hides no other. */
export const onRoute = (service: Service, name: string, route: GeneratingRoute): string =>
  routesOf(service).length > 1 ? `${name} on ${route === 'chat' ? 'chat' : 'completions'}` : name

/** The body as it arrived, up to the client's limit. */
export const bodyOf = (exchange: Exchange): string => exchange.body ?? ''
