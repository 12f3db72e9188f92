import { type Generation, isRefusal } from '#infergate'

/** Fewer say nothing of a long answer. */
const FEWEST = 64

/** Asks for a long answer; where the service says that it gives fewer tokens at most, for as many as it says. */
export async function askWithinLimit<T extends Generation>(
  maxTokens: number,
  ask: (maxTokens: number) => Promise<T>,
): Promise<{ readonly answer: T; readonly maxTokens: number; readonly isLimited: boolean }> {
  const answer = await ask(maxTokens)
  const limit = statedLimit(answer, maxTokens)
  return limit === undefined
    ? { answer, maxTokens, isLimited: false }
    : { answer: await ask(limit), maxTokens: limit, isLimited: true }
}

/** `max_tokens is too large: 640. This model supports at most 256 completion tokens`. */
function statedLimit(answer: Generation, asked: number): number | undefined {
  if (answer.outcome !== 'failed' || !isRefusal(answer)) return undefined
  const { message = '', param } = answer.error ?? {}
  if (param !== 'max_tokens' && !/max_(?:completion_)?tokens/.test(message)) return undefined
  const numbers = (message.match(/\d+/g) ?? []).map(Number)
  return numbers.filter((one) => one >= FEWEST && one < asked).toSorted((a, b) => b - a)[0]
}
