import { z } from 'zod'
import { readEnvelope } from '../../judges/index.ts'
import type { Usage } from '../../records/index.ts'
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
const chatEventSchema = answerSchema({ delta: messageSchema })
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
    if (!choice) throw new Error('the answer has no choice')
    return { text: choice.text, finishReason: choice.finish_reason, ...common(usage, model) }
  }
  const { choices, usage, model } = chatSchema.parse(body)
  const choice = firstChoice(choices)
  if (!choice) throw new Error('the answer has no choice')
  return { ...content(choice.message), finishReason: choice.finish_reason, ...common(usage, model) }
}

/** One event of a stream; a usage event has no choice, which is healthy. */
export function decodeEvent(event: unknown, operation: Operation): StreamPart {
  const error = readEnvelope(event)
  if (error) return { error }
  if (operation === 'generate') {
    const { choices, usage, model } = completionSchema.parse(event)
    const choice = firstChoice(choices)
    return {
      ...(choice && { text: choice.text, finishReason: choice.finish_reason }),
      ...common(usage, model),
    }
  }
  const { choices, usage, model } = chatEventSchema.parse(event)
  const choice = firstChoice(choices)
  return {
    ...(choice && { ...content(choice.delta), finishReason: choice.finish_reason }),
    ...common(usage, model),
  }
}

export const readModels = (body: unknown): readonly string[] =>
  modelsSchema.parse(body).data.map(({ id }) => id)

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

function renameUsage({ prompt_tokens, completion_tokens, total_tokens }: z.infer<typeof usageSchema>): Usage {
  return {
    ...(typeof prompt_tokens === 'number' && { promptTokens: prompt_tokens }),
    ...(typeof completion_tokens === 'number' && { completionTokens: completion_tokens }),
    ...(typeof total_tokens === 'number' && { totalTokens: total_tokens }),
  }
}
