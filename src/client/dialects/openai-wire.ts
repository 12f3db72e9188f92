import { z } from 'zod'
import { readEnvelope, usualFinish } from '../../judges/index.ts'
import type { Identity, Usage } from '../../records/index.ts'
import type { Answer, StreamPart } from '../dialect.ts'

// Types are held, extra fields are let through: servers add their own, and that is healthy.
const usageSchema = z.object({
  prompt_tokens: z.int().nullish(),
  completion_tokens: z.int().nullish(),
  total_tokens: z.int().nullish(),
})

/** vLLM renamed `reasoning_content` to `reasoning`; both are in use. */
const messageSchema = z.object({
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
})

const choiceSchema = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.object({ index: z.int().nonnegative().nullish(), finish_reason: z.string().nullish(), ...shape })

const answerSchema = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.object({
    model: z.string().nullish(),
    choices: z.array(choiceSchema(shape)),
    usage: usageSchema.nullish(),
  })

const completionSchema = answerSchema({ text: z.string() })
const chatSchema = answerSchema({ message: messageSchema })

/** A chunk owes nothing: its last ones may have no `text`, or `delta: null` (LiteLLM), and one with the usage no choices. */
const eventSchema = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  answerSchema(shape)
    .extend({ choices: z.array(choiceSchema(shape)).nullish() })
    // Without either it is an event of another wire, and what it may hold would be lost in silence.
    .refine(({ choices, usage }) => choices !== undefined || usage, 'the event has neither choices nor usage')
const completionEventSchema = eventSchema({ text: z.string().nullish() })
const chatEventSchema = eventSchema({ delta: messageSchema.nullish() })
const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) })

type Operation = 'generate' | 'chat'
type Message = z.infer<typeof messageSchema>

/** The body of an answer that was not streamed. Throws where its shape is not the contract's. */
export function decodeBody(body: unknown, operation: Operation): Answer {
  const error = readEnvelope(body)
  if (error) return { text: '', error }
  if (operation === 'generate') {
    const { choices, usage, model } = completionSchema.parse(body)
    const choice = firstChoice(choices)
    if (!choice) throw new Error(noChoice(choices))
    return { text: choice.text, ...common(usage, model), ...ending(choice, model), ...who(body) }
  }
  const { choices, usage, model } = chatSchema.parse(body)
  const choice = firstChoice(choices)
  if (!choice) throw new Error(noChoice(choices))
  return {
    ...content(choice.message),
    ...common(usage, model),
    ...ending(choice, model),
    ...who(body),
  }
}

/** One event of a stream. */
export function decodeEvent(event: unknown, operation: Operation): StreamPart {
  const error = readEnvelope(event)
  if (error) return { error }
  if (operation === 'generate') {
    const { choices, usage, model } = completionEventSchema.parse(event)
    const choice = firstChoice(choices ?? [])
    return {
      ...common(usage, model),
      ...(choice && { text: choice.text ?? '', ...ending(choice, model) }),
      ...((choice || usage) && who(event)),
    }
  }
  const { choices, usage, model } = chatEventSchema.parse(event)
  const choice = firstChoice(choices ?? [])
  return {
    ...common(usage, model),
    ...(choice && { ...content(choice.delta ?? {}), ...ending(choice, model) }),
    ...((choice || usage) && who(event)),
  }
}

/**
 * The same for the event that nearly all are: one choice, a text or a content that is one, and nothing that is an error or a usage.
 * Undefined for any other, which `decodeEvent` must look at. A load has thousands of them a second.
 */
export function decodePlainEvent(event: unknown, operation: Operation): StreamPart | undefined {
  const { choices, usage, error, detail, object, model } = Object(event)
  if (usage || error || detail || object === 'error') return undefined
  if (!Array.isArray(choices) || choices.length !== 1 || !isText(model)) return undefined
  const { index, text, delta, finish_reason: finishReason = null } = Object(choices[0])
  if (index !== 0 || (finishReason !== null && !isText(finishReason))) return undefined
  if (operation === 'generate') return isText(text) ? { text, finishReason } : undefined
  const { content, reasoning, reasoning_content: older } = Object(delta)
  return isText(content) && reasoning === undefined && older === undefined
    ? { text: content, finishReason }
    : undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'

export const readModels = (body: unknown): readonly string[] =>
  modelsSchema.parse(body).data.map(({ id }) => id)

function noChoice(choices: readonly { readonly index?: number | null | undefined }[]): string {
  if (choices.length === 0) return 'the answer has no choice'
  const indices = choices.slice(0, 5).map(({ index }) => index)
  return `none of the ${choices.length} choices of the answer has the index 0: it has ${indices.join(', ')}`
}

/** With n > 1 the others are left to checks that look at the body: an answer here is one text. */
function firstChoice<C extends { index?: number | null | undefined }>(choices: readonly C[]): C | undefined {
  return choices.find(({ index }) => (index ?? 0) === 0)
}

function content(message: Message): { text: string; reasoning?: string } {
  const reasoning = message.reasoning ?? message.reasoning_content
  return { text: message.content ?? '', ...(typeof reasoning === 'string' && { reasoning }) }
}

function common(usage: z.infer<typeof usageSchema> | null | undefined, model: string | null | undefined) {
  return {
    ...(usage && { usage: renameUsage(usage) }),
    ...(typeof model === 'string' && { reported: { model } }),
  }
}

/** Why a choice ended, in OpenAI's word; where it was another word, that too. */
function ending(
  { finish_reason: said }: { readonly finish_reason?: string | null | undefined },
  model: string | null | undefined,
) {
  const finishReason = typeof said === 'string' ? usualFinish(said) : said
  if (typeof said !== 'string' || finishReason === said) return { finishReason }
  return { finishReason, reported: { ...(typeof model === 'string' && { model }), finishReason: said } }
}

/** Azure's first event, of what its filters found, has neither choices nor usage, and says nothing of who answers. */
function who(body: unknown): { identity: Identity } {
  const { id, model, created, object } = Object(body)
  return { identity: { ids: [id], models: [model], created: [created], objects: [object] } }
}

function renameUsage({ prompt_tokens, completion_tokens, total_tokens }: z.infer<typeof usageSchema>): Usage {
  return {
    ...(typeof prompt_tokens === 'number' && { promptTokens: prompt_tokens }),
    ...(typeof completion_tokens === 'number' && { completionTokens: completion_tokens }),
    ...(typeof total_tokens === 'number' && { totalTokens: total_tokens }),
  }
}
