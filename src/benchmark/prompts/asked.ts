import type { GenerationRequest } from '../../records/index.ts'

/** One message of a chat in OpenAI's form. `content` may be a list of parts there; those are sent as they are. */
export type Message = { readonly role: string; readonly content: unknown }

/** Of content in parts, its text. */
export const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((part) => String(Object(part).text ?? '')).join('')
      : ''

/** What all requests of a load have in common: plain data, so that it can be hashed and handed to another process. */
export type RequestBase = Omit<
  GenerationRequest,
  'prompt' | 'route' | 'maxTokens' | 'minTokens' | 'ignoreEos' | 'headers' | 'written'
>

/** How a service holds an answer to its length: `ignore_eos`, `min_tokens`. Empty: it has neither, so an answer may be shorter. */
export type Holds = readonly ('ignoreEos' | 'minTokens')[]

/** The text or the messages of one request, before its length of output and what all requests share are added. */
export type Asked = {
  readonly route: 'generate' | 'chat'
  readonly prompt: string
  /** Where one user message does not say it. */
  readonly messages?: readonly Message[]
}

export function requestOf(
  { route, prompt, messages }: Asked,
  {
    outputTokens,
    base,
    holds,
  }: { readonly outputTokens: number; readonly base: RequestBase; readonly holds: Holds },
): GenerationRequest {
  return {
    ...base,
    ...{ prompt, route, maxTokens: outputTokens },
    ...(messages && { wire: { ...base.wire, messages } }),
    ...(holds.includes('ignoreEos') && { ignoreEos: true }),
    ...(holds.includes('minTokens') && { minTokens: outputTokens }),
  }
}

/** A prompt alone on the chat route is one user message. */
export const messagesOf = ({ prompt, messages }: Asked): readonly Message[] =>
  messages ?? [{ role: 'user', content: prompt }]
