import type { Client } from '../../client/index.ts'
import { HarnessError } from '../../errors.ts'
import type { Reply } from '../../records/index.ts'
import { textOf } from './asked.ts'
import type { Counted, TokenCounter } from './token-counter.ts'

const PATH = '/tokenize'
/** How many counts are asked for at a time: beside a service's own work that is little. */
const AT_ONCE = 8
const TIMEOUT_MS = 10_000

export type ServerCounterOptions = {
  readonly model?: string
  /** Wire fields of each chat request that change its template, such as `chat_template_kwargs`. */
  readonly chatFields?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
}

/**
 * The service's own count (vLLM's form: POST /tokenize with `model` and `prompt` or `messages` → `count`, `max_model_len`). A
 * service that has none gives the reason instead.
 */
export async function openServerCounter(
  client: Pick<Client, 'send'>,
  options: ServerCounterOptions = {},
): Promise<TokenCounter | { readonly missing: string }> {
  const ask = async (text: Counted): Promise<Reply> => {
    const isChat = 'messages' in text
    const body = {
      ...(options.model !== undefined && { model: options.model }),
      ...text,
      ...(isChat && { add_generation_prompt: true, ...options.chatFields }),
    }
    const call = { timeoutMs: TIMEOUT_MS, ...(options.signal && { signal: options.signal }) }
    const reply = await client.send({ path: PATH, method: 'POST', body: JSON.stringify(body) }, call)
    options.signal?.throwIfAborted()
    return reply
  }
  const first = await ask({ prompt: 'Hello' })
  if (countIn(first) === undefined) return { missing: `POST ${PATH} gives no count: ${reasonOf(first)}` }
  // A service with completions alone has no template to count with; its chat is then nobody's.
  const chat = await ask({ messages: [{ role: 'user', content: 'Hello' }] })
  const isWhole = countIn(chat) !== undefined
  const contextTokens = fieldOf(first, 'max_model_len')
  return {
    ...{ by: 'server', place: PATH, chat: isWhole ? 'whole' : 'text' },
    ...(contextTokens !== undefined && { contextTokens }),
    count: (texts) =>
      inTurns(texts, async (text) => {
        const reply = await ask(isWhole ? text : { prompt: plainOf(text) })
        const count = countIn(reply)
        if (count !== undefined) return count
        throw new HarnessError(
          'target-unreachable',
          `The service counted a prompt before, and then POST ${PATH} gave no count: ${reasonOf(reply)}. Nothing of the load was sent. Run again, or count with --tokenizer FILE.`,
        )
      }),
  }
}

async function inTurns<T>(
  items: readonly T[],
  count: (item: T) => Promise<number>,
): Promise<readonly number[]> {
  const counts = new Array<number>(items.length)
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++)
      counts[index] = await count(items[index] as T)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane))
  return counts
}

const plainOf = (text: Counted): string =>
  'prompt' in text ? text.prompt : text.messages.map(({ content }) => textOf(content)).join(' ')

function fieldOf(reply: Reply, name: string): number | undefined {
  if (reply.outcome !== 'completed') return undefined
  const value: unknown = Object(reply.json)[name]
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined
}

const countIn = (reply: Reply): number | undefined => fieldOf(reply, 'count')

const reasonOf = (reply: Reply): string =>
  reply.outcome === 'failed' ? reply.message : `its answer is ${reply.text.slice(0, 100)}`
