import type { Alternative, FinishReason, Output, Usage } from '../job.ts'
import { idOf } from '../model/tokens.ts'
import type { WireFinish } from './choice-tools.ts'

/** One choice of an answer, gathered from its outputs. */
export type Choice = {
  readonly index: number
  readonly text: string
  /** How the engine ended it, and what the answer says of that. */
  readonly ended: FinishReason | null
  readonly finish: WireFinish | null
  readonly stopReason: string | number | null
  /** With `echo`, those of the prompt first. */
  readonly outputs: readonly Output[]
  readonly echoed: string
  /** Characters of the tokens before these. */
  readonly offset: number
  /** In place of the text, where a request offers tools: what one event adds, and what a whole message holds. */
  readonly delta?: object
  readonly message?: { readonly content: string | null; readonly toolCalls?: readonly object[] }
} & Partial<Told>

/** What an answer tells of its prompt; null: nothing. */
export type Told = {
  readonly promptTokens: readonly unknown[] | null
  readonly promptIds: readonly number[] | null
}

/** How tokens are told. */
export type Telling = {
  readonly logprobs?: number
  readonly namesIds: boolean
  readonly returnsIds: boolean
}

/** What differs between the two routes' JSON. vLLM 0.32 writes every field that it knows, most of them null. */
export type Shape = {
  readonly idPrefix: string
  readonly objectName: string
  readonly chunkName: string
  /** Fields of a whole answer beside those that both routes have. */
  wholeFields(told: Told): object
  /** Fields of the event of an opening. */
  openingFields(told: Told): object
  /** Chunks before the first token. */
  opening(index: number): readonly object[]
  chunk(choice: Choice, telling: Telling): object
  whole(choice: Choice, telling: Telling): object
}

export const completionShape: Shape = {
  idPrefix: 'cmpl-',
  objectName: 'text_completion',
  chunkName: 'text_completion',
  wholeFields: () => ({}),
  openingFields: () => ({}),
  opening: () => [],
  chunk: (choice, telling) => ({
    index: choice.index,
    text: choice.text,
    logprobs: completionLogprobs(choice, telling),
    finish_reason: choice.finish,
    stop_reason: choice.stopReason,
    prompt_token_ids: choice.promptIds ?? null,
    token_ids: tokenIds(choice, telling),
  }),
  whole: (choice, telling) => ({
    ...completionShape.chunk(choice, telling),
    prompt_logprobs: choice.promptTokens ?? null,
    routed_experts: null,
  }),
}

const ofChatPrompt = ({ promptIds }: Told) => ({ prompt_token_ids: promptIds, prompt_text: null })

export const chatShape: Shape = {
  idPrefix: 'chatcmpl-',
  objectName: 'chat.completion',
  chunkName: 'chat.completion.chunk',
  wholeFields: (told) => ({ prompt_logprobs: told.promptTokens, ...ofChatPrompt(told) }),
  openingFields: ofChatPrompt,
  opening: (index) => [
    { index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null },
  ],
  chunk: (choice, telling) => ({
    index: choice.index,
    delta: choice.delta ?? { content: choice.text },
    logprobs: chatLogprobs(choice, telling),
    finish_reason: choice.finish,
    ...(choice.finish ? { stop_reason: choice.stopReason } : {}),
    token_ids: tokenIds(choice, telling),
  }),
  whole: (choice, telling) => ({
    index: choice.index,
    message: {
      role: 'assistant',
      content: choice.message ? choice.message.content : choice.text,
      ...{ refusal: null, annotations: null, audio: null, function_call: null },
      ...(choice.message?.toolCalls && { tool_calls: choice.message.toolCalls }),
      reasoning: null,
    },
    logprobs: chatLogprobs(choice, telling),
    finish_reason: choice.finish,
    stop_reason: choice.stopReason,
    token_ids: tokenIds(choice, telling),
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

const idOfText = (token: string): number => idOf(Buffer.from(token))

const nameOf = (token: string, { namesIds }: Telling): string =>
  namesIds ? `token_id:${idOfText(token)}` : token

const tokenIds = ({ outputs }: Choice, { returnsIds }: Telling): readonly number[] | null =>
  returnsIds ? outputs.filter(({ tokens }) => tokens > 0).map(({ token }) => idOfText(token)) : null

/** The likeliest tokens of a place, the one that stands there first, as vLLM has them: one more where it is not among them. */
function listOf({ token, logprob, others = [] }: Output, top: number): readonly Alternative[] {
  const isAmong = others.filter((other) => other.logprob > logprob).length < top
  return [{ token, logprob }, ...others.slice(0, isAmong ? Math.max(0, top - 1) : top)]
}

/** The first token of an echoed prompt has no log probability. */
const known = ({ logprob }: Output): boolean => !Number.isNaN(logprob)

function completionLogprobs({ outputs, offset }: Choice, telling: Telling) {
  const { logprobs: top } = telling
  if (top === undefined) return null
  const names = outputs.map(({ token }) => nameOf(token, telling))
  return {
    text_offset: names.map((_, index) => offset + names.slice(0, index).join('').length),
    token_logprobs: outputs.map((output) => (known(output) ? output.logprob : null)),
    tokens: names,
    top_logprobs: outputs.map((output) =>
      known(output)
        ? Object.fromEntries(
            listOf(output, top).map(({ token, logprob }) => [nameOf(token, telling), logprob]),
          )
        : null,
    ),
  }
}

function chatLogprobs({ outputs }: Choice, telling: Telling) {
  const { logprobs: top } = telling
  if (top === undefined) return null
  const entry = ({ token, logprob }: Alternative) => ({
    token: nameOf(token, telling),
    logprob,
    bytes: [...Buffer.from(token)],
  })
  return {
    content: outputs.map((output) => ({
      ...entry(output),
      top_logprobs: listOf(output, top).slice(0, top).map(entry),
    })),
  }
}
