import { Refusal } from './refusal.ts'

/** Texts to token ids and back. */
export type Tokenizer = {
  count(text: string): number
  encode(text: string): readonly number[]
  decode(ids: readonly number[]): string
}

/** What both dialects have to know of the model to read a request. */
export type ModelFacts = {
  readonly model: string
  readonly maxModelLen: number
  readonly tokenizer: Tokenizer
}

/** The prompt alone must leave room for a token; an answer that would run over the edge is cut there (0.32). */
export function assertFits(promptTokens: number, maxTokens: number, maxModelLen: number): void {
  const limit = `This model's maximum context length is ${maxModelLen} tokens.`
  if (promptTokens >= maxModelLen)
    throw new Refusal(
      400,
      'too-long',
      `${limit} However, your prompt has ${promptTokens} tokens. Please reduce its length.`,
      'input_tokens',
    )
  if (maxTokens > maxModelLen)
    throw new Refusal(
      400,
      'too-long',
      `${limit} However, you requested ${maxTokens} output tokens.`,
      'max_tokens',
    )
}
