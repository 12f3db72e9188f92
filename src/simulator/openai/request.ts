import { Fields, isObject } from '../fields.ts'
import type { Sampling, SimConstraint } from '../job.ts'
import { assertFits, type ModelFacts, type Tokenizer } from '../model-facts.ts'
import { badValue, malformed, Refusal } from '../refusal.ts'
import { readN, readSampling, type SamplingDefaults } from '../sampling.ts'
import { readConstraint } from './constraint.ts'

/** What both routes ask for, validated. */
export type Asking = {
  readonly prompts: readonly { readonly text: string; readonly shown: string; readonly tokens: number }[]
  readonly n: number
  readonly sampling: Sampling
  readonly constraint?: SimConstraint
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly echo: boolean
  /** How many alternatives each token lists; absent: no logprobs. */
  readonly logprobs?: number
}

const MAX_LOGPROBS = 20
const DEFAULT_COMPLETION_TOKENS = 16

export function readCompletion(body: unknown, facts: ModelFacts): Asking {
  const fields = new Fields(body)
  assertModel(fields, facts)
  const prompts = readPrompts(fields.raw('prompt'), facts.tokenizer).map(({ text, tokens }) => ({
    text,
    shown: text,
    tokens,
  }))
  const echo = fields.boolean('echo') ?? false
  const logprobs = readLogprobs(fields.integer('logprobs'), 'logprobs')
  return {
    ...readCommon(fields, prompts, facts, {
      maxTokens: DEFAULT_COMPLETION_TOKENS,
      temperature: 1,
      // Echo alone: the prompt comes back and nothing is generated.
      fewestTokens: echo ? 0 : 1,
    }),
    echo,
    ...(logprobs === undefined ? {} : { logprobs }),
  }
}

export function readChat(body: unknown, facts: ModelFacts): Asking {
  const fields = new Fields(body)
  assertModel(fields, facts)
  const messages = readMessages(fields)
  refuseTools(fields)
  if (fields.raw('chat_template') !== undefined)
    throw badValue('chat_template', 'Chat templates in requests are not trusted by this server.')
  // The template's own tokens count, as on a real server.
  const rendered = messages.map(({ role, content }) => `<|${role}|>\n${content}\n`).join('')
  const text = messages.map(({ content }) => content).join('\n')
  const prompt = { text, shown: '', tokens: facts.tokenizer.count(`${rendered}<|assistant|>\n`) }
  const wanted = fields.boolean('logprobs') ?? false
  const top = readLogprobs(fields.integer('top_logprobs'), 'top_logprobs')
  if (top !== undefined && top > 0 && !wanted)
    throw badValue('top_logprobs', 'when using `top_logprobs`, `logprobs` must be set to true.')
  const maxTokensField =
    fields.raw('max_completion_tokens') === undefined ? 'max_tokens' : 'max_completion_tokens'
  const room = Math.max(1, facts.maxModelLen - prompt.tokens)
  return {
    ...readCommon(fields, [prompt], facts, { maxTokens: room, temperature: 1, maxTokensField }),
    echo: false,
    ...(wanted ? { logprobs: top ?? 0 } : {}),
  }
}

function readCommon(
  fields: Fields,
  prompts: Asking['prompts'],
  { maxModelLen }: ModelFacts,
  defaults: SamplingDefaults,
): Omit<Asking, 'echo' | 'logprobs'> {
  const stream = fields.boolean('stream') ?? false
  const streamOptions = fields.object('stream_options')
  if (streamOptions && !stream)
    throw badValue('stream_options', 'Stream options can only be defined when `stream=True`.')
  const sampling = readSampling(fields, defaults)
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
  }
}

function assertModel(fields: Fields, { model }: ModelFacts): void {
  const asked = fields.string('model')
  if (asked !== undefined && asked !== model)
    throw new Refusal(404, 'not-found', `The model \`${asked}\` does not exist.`, 'model')
}

function readLogprobs(value: number | undefined, name: string): number | undefined {
  if (value === undefined || (value >= -1 && value <= MAX_LOGPROBS))
    return value === -1 ? MAX_LOGPROBS : value
  throw badValue(name, `${name} must be between -1 and ${MAX_LOGPROBS}, got ${value}.`)
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

function readMessages(fields: Fields): readonly { role: string; content: string }[] {
  const messages = fields.raw('messages')
  if (!Array.isArray(messages)) throw malformed('messages: Input should be a valid list', 'messages')
  if (messages.length === 0) throw badValue('messages', 'messages must not be empty.')
  return messages.map((message) => {
    if (!isObject(message) || typeof message['role'] !== 'string')
      throw malformed('messages: each must be an object with a role', 'messages')
    return { role: message['role'], content: readContent(message['content']) }
  })
}

function readContent(content: unknown): string {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  const parts = Array.isArray(content) ? content : [content]
  return parts
    .map((part) => {
      if (isObject(part) && typeof part['text'] === 'string') return part['text']
      throw malformed('messages: only text content is supported', 'messages')
    })
    .join('')
}

function refuseTools(fields: Fields): void {
  const choice = fields.raw('tool_choice') ?? 'auto'
  if (fields.raw('tools') === undefined || choice === 'none') return
  throw badValue(
    'tools',
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
  )
}
