import type { Generation, GenerationRequest } from '../records/index.ts'
import { notApplicable } from './outcome.ts'
import type { Service } from './service.ts'

/** Words in a prompt that no service should be able to read, where it does not say how much it can. */
const BEYOND_ANY_CONTEXT = 600_000
/** The first of them: any service reads as many in a moment, and few have a context that is shorter. */
const FIRST_WORDS = 4_096

/** What one look found; a service is not asked again for what cannot change while it runs. */
const known = new WeakMap<Service['profile'], number>()

/**
 * The context length of the judged model in tokens, as the list of models gives it (vLLM's `max_model_len`); absent where
 * it does not.
 */
export async function contextTokens({ profile, models }: Service): Promise<number | undefined> {
  if (!profile.capabilities.includes('models')) return undefined
  const before = known.get(profile)
  if (before !== undefined) return before
  const reply = await models()
  const listed: unknown = reply.outcome === 'completed' ? Object(reply.json).data : undefined
  const length = lengthOf(profile.model, Array.isArray(listed) ? listed.map(Object) : [])
  if (length !== undefined) known.set(profile, length)
  return length
}

/** What the short prompts of the suites and a chat template take of a context, in tokens of a byte or two. */
const PROMPT_TOKENS = 64

/**
 * As many of `wanted` tokens as the context has room for beside a short prompt. A context without room for `least` makes the
 * promise not applicable: no request may ask for more than the service can hold.
 */
export async function tokensWithin(service: Service, wanted: number, least = 1): Promise<number> {
  const context = await contextTokens(service)
  if (context === undefined) return wanted
  const room = Math.min(wanted, context - PROMPT_TOKENS)
  if (room < least)
    notApplicable(`its context of ${context} tokens has no room for an answer of ${least} beside a prompt`)
  return room
}

/** One-letter words, because no usual tokenizer puts two of them in one token. */
const promptOf = (words: number): string => 'a b c d '.repeat(Math.ceil(words / 4))

/** A prompt longer than the context; undefined where the service does not say how long that is: none is safe to send then. */
export async function tooLongPrompt(service: Service): Promise<string | undefined> {
  const context = await contextTokens(service)
  return context === undefined ? undefined : promptOf(2 * context)
}

/** The first prompt that was not answered, and what came instead; an answer where none was found in the time. */
export type BeyondContext = {
  readonly prompt: string
  readonly answer: Generation
  /** Whether the prompt is known to be longer than the context. */
  readonly isBeyond: boolean
}

/** A prompt of twice the length may take four times as long to read. */
const ROOM = 4

/**
 * Asks with a prompt longer than the context. Where nobody knows how long that is the prompt grows by doubling: the first that is
 * too long is refused before one comes that wedges the service, or the size is known at which it hangs.
 */
export async function askBeyondContext(
  service: Service,
  request: GenerationRequest,
  leftMs: () => number,
): Promise<BeyondContext> {
  const known = await tooLongPrompt(service)
  for (let words = FIRST_WORDS; ; words = Math.min(2 * words, BEYOND_ANY_CONTEXT)) {
    const [prompt, beforeMs] = [known ?? promptOf(words), leftMs()]
    const answer = await service.generate({ ...request, prompt })
    const isLast = known !== undefined || words >= BEYOND_ANY_CONTEXT || isCut(answer, words)
    if (isLast || answer.outcome === 'failed' || leftMs() < ROOM * (beforeMs - leftMs()))
      return { prompt, answer, isBeyond: known !== undefined || isCut(answer, words) }
  }
}

/** Whether a service dropped most of the prompt and answered all the same: what was beyond its context, then. */
const isCut = (answer: Generation, words: number): boolean =>
  answer.outcome === 'completed' && (answer.usage?.promptTokens ?? words) < words / 2

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
