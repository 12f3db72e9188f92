import {
  type CheckTools,
  type Completed,
  describeFailure,
  type Generation,
  type GenerationRequest,
  isRefusal,
  PAIR_TOKENS,
  type Service,
} from '#infergate'
import openPrompts from '../../fixtures/prompts/open.json' with { type: 'json' }

/** No two pairs of answers have one prompt: a text that a batch turned once turns again. */
export const openPrompt = (index: number): string =>
  openPrompts[index % openPrompts.length] ?? 'Tell me a story.'

/** What both answers of a pair are asked for; all of a thought counts. */
export const inPair = (index: number): GenerationRequest => ({
  ...{ prompt: openPrompt(index), maxTokens: PAIR_TOKENS, temperature: 0, thinking: 'counted' },
})

/** An answer whose text does not matter: one token. */
export const COUNTED = { maxTokens: 1, temperature: 0, thinking: 'counted' } as const

/** All that a model said, its thought too. */
export const saidBy = ({ text, reasoning = '' }: Completed): string => `${reasoning}\n${text}`

export const isSaidAlike = ([one, other]: readonly [Completed, Completed]): boolean =>
  saidBy(one) === saidBy(other)

export function promptTokensOf({ notApplicable }: CheckTools, answer: Completed): number {
  return answer.usage?.promptTokens ?? notApplicable('the service counts no prompt tokens')
}

/**
 * The answer to a request in a form that is a part of OpenAI's wire. Where vLLM refuses it the promise is broken; of other services
 * only those that take it are judged.
 */
export function taken(
  { service, verify, notApplicable }: CheckTools,
  what: string,
  answer: Generation,
): Completed {
  if (mayRefuse(service, answer)) notApplicable(`it does not take ${what}: ${describeFailure(answer)}`)
  verify(answer.outcome === 'completed', `${what} is not answered: ${failureOf(answer)}`, answer)
  return answer as Completed
}

/** Other engines have less of the wire, and a router in front of vLLM may: its refusal has words of its own. */
export const mayRefuse = ({ profile }: Service, answer: Generation): boolean =>
  isRefusal(answer) &&
  (profile.engine !== 'vllm' || (answer.outcome === 'failed' && typeof answer.error?.code !== 'number'))

const failureOf = (answer: Generation): string =>
  answer.outcome === 'failed' ? describeFailure(answer) : 'answered'
