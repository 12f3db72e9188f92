import { HarnessError } from '../errors.ts'
import type { GenerationRequest, Operation, Reasoning, ServiceAddress } from '../records/index.ts'
import { operationUrl } from './address.ts'
import type { Dialect } from './dialect.ts'
import { withThinking } from './thinking.ts'

/** What a request becomes depends on this much of its service. */
export type Speech = {
  readonly address: ServiceAddress
  readonly dialect: Dialect
  readonly model: string | undefined
  readonly reasoning: Reasoning | undefined
}

/** A generation as it goes out. */
export type EncodedRequest = {
  readonly operation: 'generate' | 'chat'
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Thoughts stand in the text of its answer. */
  readonly hasTags: boolean
  /** The request as it was understood, with its room for thoughts. */
  readonly request: GenerationRequest
}

export function encodeRequest(anywhere: GenerationRequest, speech: Speech): EncodedRequest {
  const { address, dialect, model } = speech
  const asked = withRoute(anywhere, address, dialect)
  const plain = dialect.encode(asked, asked.model ?? model)
  // A model thinks where it is spoken to: the plain route has no turns.
  const reasoning = plain.operation === 'chat' ? speech.reasoning : undefined
  const request = reasoning ? withThinking(asked, reasoning) : asked
  const encoded = reasoning ? dialect.encode(request, asked.model ?? model) : plain
  return {
    operation: encoded.operation,
    body: (request.written ?? JSON.stringify)({ ...encoded.body, ...request.wire }),
    headers: {
      accept: request.stream ? 'text/event-stream' : 'application/json',
      'content-type': 'application/json',
      ...request.headers,
    },
    hasTags: reasoning?.where === 'tags',
    request,
  }
}

/** Whoever gives a URL for chat and none for completions has a service with chat alone. */
function withRoute(request: GenerationRequest, address: ServiceAddress, dialect: Dialect): GenerationRequest {
  const has = (operation: Operation) => operationUrl(address, dialect, operation) !== undefined
  return request.route === undefined && !has('generate') && has('chat')
    ? { ...request, route: 'chat' }
    : request
}

/** The URL of an operation. Throws `config-invalid` where the target has none for it. */
export function urlOf(address: ServiceAddress, dialect: Dialect, operation: Operation): URL {
  const url = operationUrl(address, dialect, operation)
  if (url) return url
  throw new HarnessError(
    'config-invalid',
    `The target has no URL for ${operation}: set urls.${operation}, or a baseUrl if dialect ${dialect.name} has a path for it.`,
  )
}
