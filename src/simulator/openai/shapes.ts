import type { FinishReason, Output, Usage } from '../job.ts'

/** One choice of an answer, gathered from its outputs. */
export type Choice = {
  readonly index: number
  readonly text: string
  readonly finish: FinishReason | null
  readonly stopReason: string | null
  readonly outputs: readonly Output[]
}

/** What differs between the two routes' JSON. vLLM 0.32 writes every field that it knows, most of them null. */
export type Shape = {
  readonly idPrefix: string
  readonly objectName: string
  readonly chunkName: string
  /** Fields of a whole answer beside those that both routes have. */
  readonly wholeFields: object
  /** Fields of the event of an opening. */
  readonly openingFields: object
  /** Chunks before the first token. */
  opening(index: number): readonly object[]
  chunk(choice: Choice, logprobs: number | undefined): object
  whole(choice: Choice, logprobs: number | undefined): object
}

export const completionShape: Shape = {
  idPrefix: 'cmpl-',
  objectName: 'text_completion',
  chunkName: 'text_completion',
  wholeFields: {},
  openingFields: {},
  opening: () => [],
  chunk: (choice, logprobs) => ({
    index: choice.index,
    text: choice.text,
    logprobs: logprobs === undefined ? null : completionLogprobs(choice.outputs, logprobs),
    finish_reason: choice.finish,
    stop_reason: choice.stopReason,
    prompt_token_ids: null,
    token_ids: null,
  }),
  whole: (choice, logprobs) => ({
    ...completionShape.chunk(choice, logprobs),
    prompt_logprobs: null,
    routed_experts: null,
  }),
}

const ofChatPrompt = { prompt_token_ids: null, prompt_text: null }

export const chatShape: Shape = {
  idPrefix: 'chatcmpl-',
  objectName: 'chat.completion',
  chunkName: 'chat.completion.chunk',
  wholeFields: { prompt_logprobs: null, ...ofChatPrompt },
  openingFields: ofChatPrompt,
  opening: (index) => [
    { index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
  ],
  chunk: (choice, logprobs) => ({
    index: choice.index,
    delta: { content: choice.text },
    logprobs: logprobs === undefined ? null : chatLogprobs(choice.outputs, logprobs),
    finish_reason: choice.finish,
    ...(choice.finish ? { stop_reason: choice.stopReason } : {}),
    token_ids: null,
  }),
  whole: (choice, logprobs) => ({
    index: choice.index,
    message: {
      ...{ role: 'assistant', content: choice.text, refusal: null, annotations: null },
      ...{ audio: null, function_call: null, reasoning: null },
    },
    logprobs: logprobs === undefined ? null : chatLogprobs(choice.outputs, logprobs),
    finish_reason: choice.finish,
    stop_reason: choice.stopReason,
    token_ids: null,
    routed_experts: null,
  }),
}

export const wireUsage = ({ promptTokens, completionTokens, totalTokens }: Usage) => ({
  prompt_tokens: promptTokens,
  total_tokens: totalTokens,
  completion_tokens: completionTokens,
})

/** A whole answer's usage has two fields more than a stream's. */
export const wireUsageWhole = (usage: Usage) => ({
  ...wireUsage(usage),
  prompt_tokens_details: null,
  completion_tokens_details: null,
})

/** Of a whole answer, whichever route. */
export const wholeFields = {
  service_tier: null,
  kv_transfer_params: null,
  ec_transfer_params: null,
  metrics: null,
}

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
