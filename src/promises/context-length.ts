import type { Service } from './service.ts'

/** Words in a prompt that no service should be able to read, where it does not say how much it can. */
const BEYOND_ANY_CONTEXT = 600_000

/**
 * The context length of the judged model in tokens, as the list of models gives it (vLLM's `max_model_len`); absent where
 * it does not.
 */
export async function contextTokens(service: Service): Promise<number | undefined> {
  if (!service.profile.capabilities.includes('models')) return undefined
  const reply = await service.models()
  const listed: unknown = reply.outcome === 'completed' ? Object(reply.json).data : undefined
  return lengthOf(service.profile.model, Array.isArray(listed) ? listed.map(Object) : [])
}

/** A prompt longer than the context. One-letter words, because no usual tokenizer puts two of them in one token. */
export async function tooLongPrompt(service: Service): Promise<string> {
  const words = 2 * ((await contextTokens(service)) ?? BEYOND_ANY_CONTEXT / 2)
  return 'a b c d '.repeat(Math.ceil(words / 4))
}

/** A model as it stands in the list; only an object is known of it. */
type Listed = Readonly<Record<'id' | 'root' | 'parent' | 'max_model_len', unknown>>

function lengthOf(model: string | undefined, listed: readonly Listed[]): number | undefined {
  const own = listed.find(({ id }) => id === model)
  // A name that is not listed, as behind a router: a length is its own only where there is no other.
  const entry = own ?? (listed.length === 1 ? listed[0] : undefined)
  return finite(entry?.max_model_len) ?? finite(baseOf(entry, listed)?.max_model_len)
}

/** vLLM lists an adapter without a length; its `parent` is the served name of the base model, or what that was loaded from. */
const baseOf = (adapter: Listed | undefined, listed: readonly Listed[]): Listed | undefined =>
  typeof adapter?.parent === 'string'
    ? (listed.find(({ id }) => id === adapter.parent) ?? listed.find(({ root }) => root === adapter.parent))
    : undefined

const finite = (length: unknown): number | undefined =>
  typeof length === 'number' && Number.isFinite(length) ? length : undefined
