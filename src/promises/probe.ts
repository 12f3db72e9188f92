import { GOOD_FINISH_REASONS, isGoodFinish } from '../judges/index.ts'
import type { Completed, Generation, GenerationRequest } from '../records/index.ts'
import { fresh } from './nonce.ts'
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

/**
 * One generation, whatever comes of it. Its prompt is a new one each time, which only the model can answer: what stands in front may
 * have kept the answers of earlier ones.
 */
export async function askProbe(
  service: Pick<Service, 'generate'>,
  request: GenerationRequest = PROBE,
): Promise<Generation> {
  const answer = await service.generate(fresh(request))
  // A model may have nothing to say to a marker; to the plain prompt it has.
  const isSilent = answer.outcome === 'completed' && isMarkersOnly(answer)
  return isSilent ? await service.generate(request) : answer
}

/** Sends one request that must give a text; the promise is broken when it does not. */
export async function probe(service: Service, request: GenerationRequest = PROBE): Promise<Completed> {
  const answer = completed(await askProbe(service, request), 'a generation')
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

/**
 * Whether the model ended, or was cut, before its first word, as sampling now and then makes any model do: a small one was seen to end
 * so in 127 of 200 answers to one prompt. Of a service that counts no tokens, ending by itself says as much; that it says nothing all
 * the same is for the probes at temperature 0, many in each run, to see.
 */
function isMarkersOnly({ text, finishReason, usage }: Completed): boolean {
  if (text !== '' || !isGoodFinish(finishReason)) return false
  const tokens = usage?.completionTokens
  return tokens === undefined ? finishReason === 'stop' : tokens >= 1 && tokens <= MARKER_TOKENS
}
