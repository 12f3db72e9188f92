import type { Message } from './asked.ts'

/** What is counted: a prompt of the plain route, or the messages of a chat. */
export type Counted = { readonly prompt: string } | { readonly messages: readonly Message[] }

/** Who counts tokens. Nothing is estimated: where nobody counts, there is no counter. */
export interface TokenCounter {
  readonly by: 'server' | 'tokenizer file'
  /** A path on the service, or the file. */
  readonly place: string
  /**
   * `whole`: messages are counted as the service renders them. `text`: a tokenizer file has no chat template, so that only their
   * contents are counted, without the tokens that mark their roles.
   */
  readonly chat: 'whole' | 'text'
  /** The longest prompt and answer together, where the counter knows it. */
  readonly contextTokens?: number
  /** In the order of `texts`; special tokens that each prompt begins with are counted too. Throws `HarnessError`. */
  count(texts: readonly Counted[]): Promise<readonly number[]>
}
