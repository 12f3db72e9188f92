import type { FinishReason, Output, Usage } from '../job.ts'

/** One choice of an answer, gathered from its outputs. */
export type Choice = {
  readonly index: number
  readonly text: string
  readonly finish: FinishReason | null
  readonly stopReason: string | null
  readonly outputs: readonly Output[]
}

/** What differs between the two routes' JSON. */
export type Shape = {
  readonly idPrefix: string
  readonly objectName: string
  readonly chunkName: string
  /** Chunks before the first token. */
  opening(index: number): readonly object[]
  chunk(choice: Choice, logprobs: number | undefined): object
  whole(choice: Choice, logprobs: number | undefined): object
}

export const completionShape: Shape = {
  idPrefix: 'cmpl-',
  objectName: 'text_completion',
  chunkName: 'text_completion',
  opening: () => [],
  chunk: (choice, logprobs) => ({
    index: choice.index,
    text: choice.text,
    logprobs: logprobs === undefined ? null : completionLogprobs(choice.outputs, logprobs),
    finish_reason: choice.finish,
    stop_reason: choice.stopReason,
  }),
  whole: (choice, logprobs) => ({ ...completionShape.chunk(choice, logprobs), prompt_logprobs: null }),
}

export const chatShape: Shape = {
  idPrefix: 'chatcmpl-',
  objectName: 'chat.completion',
  chunkName: 'chat.completion.chunk',
  opening: (index) => [
    { index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
  ],
  chunk: (choice, logprobs) => ({
    index: choice.index,
    delta: { content: choice.text },
    logprobs: logprobs === undefined ? null : chatLogprobs(choice.outputs, logprobs),
    finish_reason: choice.finish,
    ...(choice.finish ? { stop_reason: choice.stopReason } : {}),
  }),
  whole: (choice, logprobs) => ({
    index: choice.index,
    message: { role: 'assistant', content: choice.text, refusal: null, tool_calls: [] },
    logprobs: logprobs === undefined ? null : chatLogprobs(choice.outputs, logprobs),
    finish_reason: choice.finish,
    stop_reason: choice.stopReason,
  }),
}

export const wireUsage = ({ promptTokens, completionTokens, totalTokens }: Usage) => ({
  prompt_tokens: promptTokens,
  total_tokens: totalTokens,
  completion_tokens: completionTokens,
  prompt_tokens_details: null,
})

function completionLogprobs(outputs: readonly Output[], top: number) {
  const tokens = outputs.map(({ token }) => token)
  const offsets = tokens.map((_, index) => tokens.slice(0, index).join('').length)
  return {
    text_offset: offsets,
    token_logprobs: outputs.map(({ logprob }) => logprob),
    tokens,
    top_logprobs: outputs.map(({ token, logprob }) => (top === 0 ? null : { [token]: logprob })),
  }
}

function chatLogprobs(outputs: readonly Output[], top: number) {
  const entry = ({ token, logprob }: Output) => ({ token, logprob, bytes: [...Buffer.from(token)] })
  return {
    content: outputs.map((output) => ({ ...entry(output), top_logprobs: top === 0 ? [] : [entry(output)] })),
  }
}
