import { freshMarker } from '../random.ts'
import type { Completed, Generation, GenerationRequest, Pace } from '../records/index.ts'
import type { Client } from './client.ts'
import type { Traffic } from './traffic.ts'

/** One look may take so long: a service that needs more is measured by nobody. */
const LOOK_MS = 120_000
/** The smallest of a few: what else the machine did is not the service's pace. */
const LOOKS = 2
const TOKENS = 9
const WORDS = 120
/** An answer may take this many times what its pace makes of it, and so may each that is in flight beside it. */
const SLACK = 4
/** Letters of a token of English text, for prompts that nobody counted. */
const LETTERS = 4
/** No promise needs a longer prompt to be read; what is longer is there to be refused. */
const LONGEST_PROMPT_TOKENS = 16_000

const SHORT: GenerationRequest = { prompt: 'Tell me a story.', maxTokens: 1, temperature: 0 }

/**
 * How quick a service is, from four small answers, one after the other. Undefined where one of them failed: then the checks say
 * why.
 */
export async function measurePace(client: Client, signal?: AbortSignal): Promise<Pace | undefined> {
  const options = { timeoutMs: LOOK_MS, ...(signal && { signal }) }
  // No answer that is kept in front of the service shows its pace.
  const ask = ({ prompt, ...request }: GenerationRequest) =>
    client.generate({ ...request, prompt: `[${freshMarker()}] ${prompt}` }, options)
  const networkMs = (await client.send({ path: '/infergate-no-such-path' }, options)).timing.e2eMs
  const one = await quickest(() => ask(SHORT))
  const more = one && (await quickest(() => ask({ ...SHORT, maxTokens: TOKENS })))
  const long = more && (await quickest(() => ask({ ...SHORT, prompt: 'word '.repeat(WORDS) })))
  if (!long) return undefined
  const answerMs = one.timing.e2eMs
  const each = (answer: Completed, units: number) =>
    Math.max(0, answer.timing.e2eMs - answerMs) / Math.max(1, units)
  const [few = 1, tokens = TOKENS] = [one.usage?.completionTokens, more.usage?.completionTokens]
  const [promptTokens = WORDS, fewWords = 0] = [long.usage?.promptTokens, one.usage?.promptTokens]
  return {
    networkMs,
    answerMs,
    tokenMs: each(more, tokens - few),
    promptTokenMs: each(long, promptTokens - fewWords),
  }
}

async function quickest(ask: () => Promise<Generation>): Promise<Completed | undefined> {
  let best: Completed | undefined
  for (let look = 0; look < LOOKS; look++) {
    const answer = await ask()
    if (answer.outcome === 'failed') return undefined
    if (!best || answer.timing.e2eMs < best.timing.e2eMs) best = answer
  }
  return best
}

/** The time that a request has: at least `leastMs`, more where the measured pace and what is in flight beside it ask for more. */
export function patience(
  { prompt, maxTokens }: Pick<GenerationRequest, 'prompt' | 'maxTokens'>,
  leastMs: number,
  pace: Pace | undefined,
  traffic: Pick<Traffic, 'inFlight'> | undefined,
): number {
  if (!pace) return leastMs
  const promptTokens = Math.min(LONGEST_PROMPT_TOKENS, prompt.length / LETTERS)
  const expectedMs = pace.answerMs + maxTokens * pace.tokenMs + promptTokens * pace.promptTokenMs
  return Math.ceil(Math.max(leastMs, SLACK * Math.max(1, traffic?.inFlight ?? 1) * expectedMs))
}
