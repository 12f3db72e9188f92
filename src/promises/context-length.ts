import type { Service } from './service.ts'

/** Words in a prompt that no service should be able to read, where it does not say how much it can. */
const BEYOND_ANY_CONTEXT = 600_000

/** The context length in tokens as the list of models gives it (vLLM's `max_model_len`); absent where it does not. */
export async function contextTokens(service: Service): Promise<number | undefined> {
  if (!service.profile.capabilities.includes('models')) return undefined
  const reply = await service.models()
  const body =
    reply.outcome === 'completed' ? (reply.json as { data?: { max_model_len?: unknown }[] }) : undefined
  const length = body?.data?.[0]?.max_model_len
  return typeof length === 'number' ? length : undefined
}

/** A prompt longer than the context. One-letter words, because no usual tokenizer puts two of them in one token. */
export async function tooLongPrompt(service: Service): Promise<string> {
  const words = 2 * ((await contextTokens(service)) ?? BEYOND_ANY_CONTEXT / 2)
  return 'a b c d '.repeat(Math.ceil(words / 4))
}
