import type { Caused, RequestTrait } from '../records/index.ts'

/**
 * The cause under which a failure counts: where requests that ask for less fail in the same words, what fails is not what this one
 * asked for beside it. So a failure of each constrained request is one cause, on both routes, and a failure of every request is one.
 */
export function withinAnother(
  { caused, outcome }: { readonly caused: Caused; readonly outcome: string },
  all: readonly { readonly caused: Caused; readonly outcome: string }[],
): Caused {
  const { cause, causeIn } = caused
  if (cause === undefined) return {}
  if (causeIn === undefined) return { cause }
  const plainer = all
    .filter((other) => other.outcome === outcome && other.caused.cause === cause)
    .map((other) => other.caused.causeIn ?? [])
    .filter((traits) => traits.every((trait) => causeIn.includes(trait)))
    .toSorted((a, b) => a.length - b.length)
  return { cause, causeIn: plainer[0] ?? causeIn }
}

/** A cause in words: `a constrained request fails: http-status (HTTP 500): "…"`. */
export function describeCause({ cause = '', causeIn }: Caused): string {
  if (causeIn === undefined) return cause
  const [words, own] = [
    causeIn.flatMap((trait) => ADJECTIVE[trait] ?? []),
    causeIn.find((trait) => NOUN[trait]),
  ]
  const what = (own && NOUN[own]) ?? `a ${[...words, 'request'].join(' ')}`
  if (causeIn.includes('bad')) return `${what} that cannot be served is not refused as such: ${cause}`
  return `${what} fails: ${cause}`
}

const ADJECTIVE: Partial<Record<RequestTrait, string>> = {
  constrained: 'constrained',
  streamed: 'streamed',
  chat: 'chat',
  'hand-made': 'hand-made',
}

const NOUN: Partial<Record<RequestTrait, string>> = {
  health: 'health',
  models: 'the list of models',
  metrics: 'the reading of the counters',
}
