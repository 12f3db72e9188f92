import type { CalledTool, SimConstraint } from './constraint/index.ts'

export type { CalledTool, SimConstraint }

/** How the tokens of one request are drawn and when they end. */
export type Sampling = {
  readonly maxTokens: number
  readonly minTokens: number
  readonly temperature: number
  readonly topP: number
  /** 0: all. */
  readonly topK: number
  readonly minP: number
  /** Absent: drawn from the server's own chance. */
  readonly seed?: number
  readonly stop: readonly string[]
  readonly includeStop: boolean
  readonly ignoreEos: boolean
  readonly presencePenalty: number
  readonly frequencyPenalty: number
  readonly repetitionPenalty: number
  /** By token id, what is added to its score. */
  readonly bias?: ReadonlyMap<number, number>
  /** No other token is drawn. */
  readonly allowedTokens?: readonly number[]
  readonly stopTokens?: readonly number[]
}

export type SimRoute = 'completions' | 'chat' | 'responses' | 'ananke'

/** One sequence to generate: what the engine sees of a request. */
export type Job = {
  readonly route: SimRoute
  /** What the model reads; on the chat route the messages' texts. */
  readonly prompt: string
  /** With the chat template's own tokens. */
  readonly promptTokens: number
  readonly sampling: Sampling
  readonly constraint?: SimConstraint
  readonly stream: boolean
  /** Which of the answers to one prompt it is, and of how many. */
  readonly copy?: number
  readonly copies?: number
  /** How many alternatives each token lists; absent: none are looked for. */
  readonly alternatives?: number
  /** Keep back text that may be the start of a stop string. */
  readonly holdBack: boolean
}

export type FinishReason = 'stop' | 'length' | 'abort' | 'error'

/** One token as it leaves the model. `end`: the model's end-of-sequence token, which has no bytes. */
export type Token = {
  readonly bytes: Uint8Array
  readonly end: boolean
  readonly logprob: number
  /** Other tokens that could have stood here, the likeliest first. */
  readonly others?: readonly Alternative[]
}

export type Alternative = { readonly token: string; readonly logprob: number }

/** What one decoding step adds to the answer. The last one carries the finish reason. */
export type Output = {
  /** May be empty: text is held back while it may belong to a stop string or to half a character. */
  readonly text: string
  /** Tokens generated in this step, the end-of-sequence token included, as vLLM counts. */
  readonly tokens: number
  /** The token itself, whatever of it is shown yet. */
  readonly token: string
  readonly logprob: number
  readonly others?: readonly Alternative[]
  readonly finish?: FinishReason
  /** The stop string that fired, or the id of the stop token. */
  readonly stopReason?: string | number
}

export type Usage = {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly totalTokens: number
}
