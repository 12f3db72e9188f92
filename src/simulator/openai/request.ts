import { Fields } from '../fields.ts'
import type { Sampling, SimConstraint } from '../job.ts'
import { assertFits, type ModelFacts, type Tokenizer } from '../model-facts.ts'
import { badValue, malformed, Refusal } from '../refusal.ts'
import { readN, readSampling, type SamplingDefaults } from '../sampling.ts'
import { readConstraint } from './constraint.ts'
import { readMessages, toConversation } from './messages.ts'
import { readTokenFields } from './token-fields.ts'
import type { LastTurn } from './tool-decision.ts'
import { readTools, type ToolAsk } from './tools.ts'

/** `rendered`: with the chat template, which is what the tokens are counted of. */
export type Prompt = { readonly text: string; readonly rendered: string; readonly tokens: number }

/** What both routes ask for, validated. */
export type Asking = {
  readonly prompts: readonly Prompt[]
  readonly n: number
  readonly sampling: Sampling
  readonly constraint?: SimConstraint
  /** Where the request offers tools. */
  readonly tools?: ToolAsk
  readonly lastTurn?: LastTurn
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly echo: boolean
  /** How many alternatives each token lists; absent: no logprobs. */
  readonly logprobs?: number
  /** The same of the prompt's tokens. */
  readonly promptLogprobs?: number
  /** Tokens are named by their ids where they are listed. */
  readonly namesIds: boolean
  readonly returnsIds: boolean
}

const MAX_LOGPROBS = 20
const DEFAULT_COMPLETION_TOKENS = 16

export function readCompletion(body: unknown, facts: ModelFacts): Asking {
  const fields = new Fields(body)
  assertModel(fields, facts)
  const prompts = readPrompts(fields.raw('prompt'), facts.tokenizer).map(({ text, tokens }) => ({
    text,
    rendered: text,
    tokens,
  }))
  const echo = fields.boolean('echo') ?? false
  const logprobs = readLogprobs(fields.integer('logprobs'), 'logprobs')
  const promptLogprobs = readPromptLogprobs(fields) ?? (echo ? logprobs : undefined)
  return {
    ...readCommon(fields, prompts, facts, {
      maxTokens: DEFAULT_COMPLETION_TOKENS,
      temperature: 1,
      // Echo alone: the prompt comes back and nothing is generated.
      fewestTokens: echo ? 0 : 1,
    }),
    echo,
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(promptLogprobs === undefined ? {} : { promptLogprobs }),
  }
}

export function readChat(body: unknown, facts: ModelFacts): Asking {
  const fields = new Fields(body)
  assertModel(fields, facts)
  const { text, rendered, lastTurn } = toConversation(readMessages(fields))
  const tools = readTools(fields)
  if (typeof tools?.choice === 'object' && fields.raw('structured_outputs') !== undefined)
    throw new Refusal(
      400,
      'value',
      'You can only either use constraints for structured outputs or tools, not both.',
    )
  if (fields.raw('chat_template') !== undefined)
    throw badValue('chat_template', 'Chat templates in requests are not trusted by this server.')
  // The template's own tokens count, as on a real server.
  const prompt = { text, rendered, tokens: facts.tokenizer.count(rendered) }
  const wanted = fields.boolean('logprobs') ?? false
  const top = readLogprobs(fields.integer('top_logprobs'), 'top_logprobs')
  if (top !== undefined && top > 0 && !wanted)
    throw badValue('top_logprobs', 'when using `top_logprobs`, `logprobs` must be set to true.')
  const promptLogprobs = readPromptLogprobs(fields)
  const maxTokensField =
    fields.raw('max_completion_tokens') === undefined ? 'max_tokens' : 'max_completion_tokens'
  const room = Math.max(1, facts.maxModelLen - prompt.tokens)
  return {
    ...readCommon(fields, [prompt], facts, { maxTokens: room, temperature: 1, maxTokensField }),
    echo: false,
    ...(tools && { tools, lastTurn }),
    ...(wanted ? { logprobs: top ?? 0 } : {}),
    ...(promptLogprobs === undefined ? {} : { promptLogprobs }),
  }
}

function readCommon(
  fields: Fields,
  prompts: Asking['prompts'],
  { maxModelLen }: ModelFacts,
  defaults: SamplingDefaults,
): Omit<Asking, 'echo' | 'logprobs' | 'promptLogprobs'> {
  const stream = fields.boolean('stream') ?? false
  const streamOptions = fields.object('stream_options')
  if (streamOptions && !stream)
    throw badValue('stream_options', 'Stream options can only be defined when `stream=True`.')
  const sampling = { ...readSampling(fields, defaults), ...readTokenFields(fields) }
  const constraint = readConstraint(fields)
  const longest = Math.max(...prompts.map(({ tokens }) => tokens))
  assertFits(longest, sampling.maxTokens, maxModelLen)
  return {
    prompts,
    n: readN(fields, sampling.temperature),
    sampling: { ...sampling, maxTokens: Math.min(sampling.maxTokens, maxModelLen - longest) },
    ...(constraint ? { constraint } : {}),
    stream,
    includeUsage: streamOptions?.boolean('include_usage') ?? false,
    namesIds: fields.boolean('return_tokens_as_token_ids') ?? false,
    returnsIds: fields.boolean('return_token_ids') ?? false,
  }
}

export function assertModel(fields: Fields, { model }: ModelFacts): void {
  const asked = fields.string('model')
  if (asked !== undefined && asked !== model)
    throw new Refusal(404, 'not-found', `The model \`${asked}\` does not exist.`, 'model')
}

function readLogprobs(value: number | undefined, name: string): number | undefined {
  if (value === undefined || (value >= -1 && value <= MAX_LOGPROBS))
    return value === -1 ? MAX_LOGPROBS : value
  throw badValue(name, `${name} must be between -1 and ${MAX_LOGPROBS}, got ${value}.`)
}

function readPromptLogprobs(fields: Fields): number | undefined {
  const wanted = readLogprobs(fields.integer('prompt_logprobs'), 'prompt_logprobs')
  if (wanted !== undefined && fields.boolean('stream'))
    throw badValue('prompt_logprobs', '`prompt_logprobs` are not available when `stream=True`.')
  return wanted
}

/** A text, several, or the same as token ids. */
function readPrompts(value: unknown, tokenizer: Tokenizer): readonly { text: string; tokens: number }[] {
  if (value === undefined) throw malformed('prompt: Field required', 'prompt')
  const list = Array.isArray(value) && !value.every((item) => typeof item === 'number') ? value : [value]
  const prompts = list.map((item) => {
    if (typeof item === 'string') return { text: item, tokens: tokenizer.count(item) }
    if (Array.isArray(item) && item.every((id) => Number.isSafeInteger(id) && id >= 0))
      return { text: tokenizer.decode(item), tokens: item.length }
    throw malformed('prompt: Input should be a valid string or a list of token ids', 'prompt')
  })
  if (prompts.length === 0 || prompts.some(({ tokens }) => tokens === 0))
    throw badValue('prompt', 'Either prompt or prompt_embeds must be provided and non-empty.')
  return prompts
}
