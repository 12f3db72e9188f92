import { z } from 'zod'
import { HarnessError } from '../../errors.ts'
import type { Message } from './asked.ts'
import { readTextFile } from './read-text.ts'

/** One entry of a user's file, as it stands there. */
export type FileEntry = {
  /** Where it stands: `file:line`. */
  readonly place: string
  /** As its `output_tokens` says. */
  readonly outputTokens?: number
} & (
  | { readonly kind: 'prompt'; readonly prompt: string }
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  /** ShareGPT's form: what the human said, and what was answered to it. */
  | { readonly kind: 'conversation'; readonly turns: readonly Turn[] }
)
export type Turn = { readonly prompt: string; readonly answer?: string }

/** Other fields are let through: such files have ids and categories of their own. */
const line = z.object({
  prompt: z.string().min(1).optional(),
  messages: z
    .array(z.looseObject({ role: z.string(), content: z.unknown() }))
    .min(1)
    .optional(),
  conversations: z.array(z.looseObject({ from: z.string(), value: z.string() })).optional(),
  output_tokens: z.int().min(1).max(10_000_000).optional(),
})
const FORMS =
  '"a prompt", {"prompt": …, "output_tokens"?}, {"messages": […]} or {"conversations": […]} (ShareGPT)'

export type PromptFile = {
  readonly entries: readonly FileEntry[]
  /** Conversations in which no human says anything: real files have some. */
  readonly skipped: number
}

/** Prompts in JSON Lines, or in one JSON array. Throws `usage` with file, line and reason; then nothing was sent. */
export function readPrompts(file: string): PromptFile {
  const text = readTextFile(file, 'prompt file')
  const values = text.trimStart().startsWith('[') ? itemsOf(text, file) : linesOf(text, file)
  const entries = values.map(([place, value]) => readEntry(place, value))
  const asked = entries.filter((entry) => entry.kind !== 'conversation' || entry.turns.length > 0)
  if (asked.length === 0) throw refusal(file, 'no entry of it asks anything')
  return { entries: asked, skipped: entries.length - asked.length }
}

type Placed = readonly (readonly [place: string, value: unknown])[]

function linesOf(text: string, file: string): Placed {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const place = `${file}:${index + 1}`
    return content.trim() === '' ? [] : [[place, parse(content, place)] as const]
  })
}

function itemsOf(text: string, file: string): Placed {
  const items = parse(text, file)
  return (items as readonly unknown[]).map((item, index) => [`${file}, item ${index + 1}`, item] as const)
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw refusal(place, `it is no JSON (${(cause as Error).message})`, cause)
  }
}

function readEntry(place: string, value: unknown): FileEntry {
  if (typeof value === 'string' && value !== '') return { place, kind: 'prompt', prompt: value }
  const parsed = line.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw refusal(place, [...(issue?.path.map(String) ?? []), issue?.message].join(': '))
  }
  const { prompt, messages, conversations, output_tokens } = parsed.data
  const at = { place, ...(output_tokens !== undefined && { outputTokens: output_tokens }) }
  if ([prompt, messages, conversations].filter((form) => form !== undefined).length > 1)
    throw refusal(place, 'it has more than one of prompt, messages and conversations')
  if (prompt !== undefined) return { ...at, kind: 'prompt', prompt }
  if (messages !== undefined) return { ...at, kind: 'messages', messages: messages as readonly Message[] }
  if (conversations !== undefined) return { ...at, kind: 'conversation', turns: turnsOf(conversations) }
  throw refusal(place, 'it has none of prompt, messages and conversations')
}

const ASKING = ['human', 'user']
const ANSWERING = ['gpt', 'assistant', 'chatgpt', 'bing', 'bard']

/** A conversation may begin in its middle, with an answer to nothing: that part is left out. */
function turnsOf(parts: readonly { readonly from: string; readonly value: string }[]): readonly Turn[] {
  return parts.flatMap(({ from, value }, index) => {
    if (!ASKING.includes(from) || value.trim() === '') return []
    const next = parts[index + 1]
    const isAnswered = next !== undefined && ANSWERING.includes(next.from) && next.value !== ''
    return [{ prompt: value, ...(isAnswered && { answer: next.value }) }]
  })
}

const refusal = (place: string, reason: string, cause?: unknown): HarnessError =>
  new HarnessError('usage', `${place}: ${reason}. Write ${FORMS}; nothing was sent.`, { cause })
