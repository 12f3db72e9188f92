import type { Client } from '../../client/index.ts'
import { HarnessError } from '../../errors.ts'
import { openFileCounter } from './file-counter.ts'
import { openServerCounter, type ServerCounterOptions } from './server-counter.ts'
import type { TokenCounter } from './token-counter.ts'

/**
 * Who counts: a tokenizer file where one is named, else the service. `server` insists on the service and throws `usage` where it has
 * no count; without a word, a service that has none leaves the prompts uncounted, and the reason says so.
 */
export async function openCounter(
  tokenizer: string | undefined,
  client: Pick<Client, 'send'>,
  options: ServerCounterOptions = {},
): Promise<TokenCounter | { readonly missing: string }> {
  if (tokenizer !== undefined && tokenizer !== 'server') return openFileCounter(tokenizer)
  const counter = await openServerCounter(client, options)
  if (tokenizer === 'server' && 'missing' in counter)
    throw new HarnessError(
      'usage',
      `--tokenizer server: ${counter.missing}. Give the model's tokenizer.json instead, or leave the flag out; nothing was sent.`,
    )
  return counter
}
