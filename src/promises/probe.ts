import { GOOD_FINISH_REASONS, isGoodFinish } from '../judges/index.ts'
import type { Completed, Generation, GenerationRequest } from '../records/index.ts'
import { verify } from './outcome.ts'
import { quote } from './quote.ts'
import { completed, type Service } from './service.ts'

/** The smallest request that only a working model answers. */
export const PROBE: GenerationRequest = { prompt: 'Say hello.', maxTokens: 8, temperature: 0 }

/** What is wrong with an answer as an answer; undefined when it is a good one. */
export function flawOf(answer: Completed): string | undefined {
  // A reasoning model may spend a small budget before its first visible word.
  if (answer.text === '' && !answer.reasoning) return 'the answer is empty'
  if (!isGoodFinish(answer.finishReason))
    return `the finish reason is ${quote(answer.finishReason)}, not one of ${GOOD_FINISH_REASONS.join(', ')}`
  return undefined
}

/** Sends one request that must give a text; the promise is broken when it does not. */
export async function probe(service: Service, request: GenerationRequest = PROBE): Promise<Completed> {
  const answer = completed(await service.generate(request), 'a generation')
  const flaw = flawOf(answer)
  verify(flaw === undefined, `a generation: ${flaw}`, answer)
  return answer
}

/** The answer, if it is a good one; otherwise the promise is broken. A few tokens may be markers without a text. */
export function good(generation: Generation, what = 'a generation'): Completed {
  const answer = completed(generation, what)
  const flaw = isMarkersOnly(answer) ? undefined : flawOf(answer)
  verify(flaw === undefined, `${what}: ${flaw}`, answer)
  return answer
}

/** The tokens of an answer that is nothing but the markers of a turn. */
const MARKER_TOKENS = 3

/** Whether the model ended, or was cut, before its first word, as sampling now and then makes any model do. */
function isMarkersOnly({ text, finishReason, usage }: Completed): boolean {
  const tokens = usage?.completionTokens ?? 0
  return text === '' && isGoodFinish(finishReason) && tokens >= 1 && tokens <= MARKER_TOKENS
}
