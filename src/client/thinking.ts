import type { Generation, GenerationRequest, Reasoning } from '../records/index.ts'

/** Thoughts differ in length from answer to answer: room for this many of the longest that was seen, and a little more. */
const ROOM_FACTOR = 3
const ROOM_LEAST = 32

/** The same request with what a thinking model needs: no thinking where the service can do so, else room for it. */
export function withThinking(request: GenerationRequest, { tokens, off }: Reasoning): GenerationRequest {
  // Who counts tokens counts all of them: a cap, a floor, a length beyond the end.
  if (request.thinking === 'counted' || request.ignoreEos || request.minTokens !== undefined) return request
  if (off && request.thinking !== 'on') return { ...request, wire: { ...off, ...request.wire } }
  return { ...request, maxTokens: request.maxTokens + ROOM_FACTOR * tokens + ROOM_LEAST }
}

/** Room for a thought that the context must leave beside it, at most. */
export const longestThought = (room: number): number => Math.floor((room - ROOM_LEAST) / ROOM_FACTOR)

/** An answer as it is judged: a thought in its text stands in `reasoning`, as it does where the service separates it. */
export function apart<G extends Generation>(generation: G): G {
  if (generation.outcome === 'failed' || generation.reasoning) return generation
  const thought = splitThought(generation.text)
  return thought ? { ...generation, ...thought } : generation
}

/** `<think>…</think>` before the answer, its opening perhaps a part of the prompt, its end perhaps cut off. */
export function splitThought(
  text: string,
): { readonly reasoning: string; readonly text: string } | undefined {
  const [, closed, answer] = /^\s*(?:<think>)?([\s\S]*?)<\/think>\s*([\s\S]*)$/.exec(text) ?? []
  if (closed !== undefined) return { reasoning: closed, text: answer ?? '' }
  const [, open] = /^\s*<think>([\s\S]*)$/.exec(text) ?? []
  return open === undefined ? undefined : { reasoning: open, text: '' }
}
