import {
  type CheckTools,
  type Completed,
  completed,
  describeFailure,
  type Generation,
  isRefusal,
  verify,
} from '#infergate'

/** Numbers that a server writes and JSON does not have. */
const NO_NUMBER = /[[:,]\s*(-?(?:NaN|Infinity|inf\b))/i

/** The answer, or the refusal as the reason why a field is not offered. Any other failure breaks the promise. */
export function answerOr(generation: Generation, what: string): Completed | string {
  if (isRefusal(generation)) return `${what} is refused: ${describeFailure(generation)}`
  const odd = generation.outcome === 'failed' ? NO_NUMBER.exec(generation.body ?? '')?.[1] : undefined
  verify(odd === undefined, `${what}: the answer holds ${odd}, which is no JSON`, generation)
  return completed(generation, what)
}

/** Ends a check of OpenAI's fields as not applicable where the contract is another. */
export function needsOpenaiFields({ service, notApplicable }: CheckTools): void {
  if (service.profile.engine === 'ananke') notApplicable("ananke's contract has no such field")
}

/** Whole, and streamed where the service streams. */
export const waysOf = ({ service }: CheckTools): readonly boolean[] =>
  service.profile.capabilities.includes('stream') ? [false, true] : [false]
