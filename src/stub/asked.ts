/** What of a request the stub needs. */
export type Asked = {
  readonly isChat: boolean
  readonly isStreamed: boolean
  readonly wantsUsage: boolean
  readonly maxTokens: number | undefined
  readonly minTokens: number
  readonly ignoresEos: boolean
  readonly promptTokens: number
}

/** Reads a body of /v1/completions or /v1/chat/completions; throws where it is no JSON object, or asks for less than one token. */
export function readAsked(body: string, isChat: boolean): Asked {
  const asked = JSON.parse(body)
  const maxTokens = (isChat ? asked.max_completion_tokens : undefined) ?? asked.max_tokens ?? undefined
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens >= 1))
    throw new RangeError(`max_tokens must be a whole number of at least 1, not ${JSON.stringify(maxTokens)}.`)
  return {
    isChat,
    isStreamed: asked.stream === true,
    wantsUsage: asked.stream_options?.include_usage === true,
    maxTokens,
    minTokens: asked.min_tokens ?? 0,
    ignoresEos: asked.ignore_eos === true,
    promptTokens: isChat ? countMessages(asked.messages) : countPrompt(asked.prompt),
  }
}

/** One token is one word, or one number of a prompt that is a list of token ids. */
export function countPrompt(prompt: unknown): number {
  if (typeof prompt === 'string') return countWords(prompt)
  if (typeof prompt === 'number') return 1
  return Array.isArray(prompt) ? prompt.reduce((sum: number, part) => sum + countPrompt(part), 0) : 0
}

/** The words of all contents; a message has no other cost. */
export function countMessages(messages: unknown): number {
  if (!Array.isArray(messages)) return 0
  return messages.reduce((sum: number, { content }) => {
    if (typeof content === 'string') return sum + countWords(content)
    return sum + (Array.isArray(content) ? content.reduce((n, { text = '' }) => n + countWords(text), 0) : 0)
  }, 0)
}

const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0
