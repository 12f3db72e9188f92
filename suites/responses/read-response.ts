import type { Reply } from '#infergate'

export type CallItem = {
  readonly name: unknown
  readonly id: unknown
  readonly arguments: unknown
}

/** A response object, as a client reads it; nothing of it is known to be what it should be. */
export type Responded = {
  readonly reply: Reply
  readonly object: unknown
  readonly id: unknown
  readonly status: unknown
  readonly why: unknown
  readonly error: unknown
  /** The types of its items, in their order. */
  readonly items: readonly string[]
  /** The parts of its messages, joined. */
  readonly text: string
  /** What some servers add beside the items: the same text again. */
  readonly outputText: unknown
  readonly calls: readonly CallItem[]
  readonly usage: { readonly input: unknown; readonly output: unknown; readonly total: unknown } | undefined
}

export function readResponse(body: unknown, reply: Reply): Responded {
  const { object, id, status, incomplete_details, error, output, output_text, usage } = Object(body)
  const items = listOf(output).map(Object)
  return {
    reply,
    ...{ object, id, status, error },
    why: Object(incomplete_details).reason,
    items: items.map(({ type }) => String(type)),
    text: items.flatMap(({ content }) => listOf(content).map(textOf)).join(''),
    outputText: output_text,
    calls: items
      .filter(({ type }) => type === 'function_call')
      .map(({ name, call_id, arguments: given }) => ({ name, id: call_id, arguments: given })),
    usage: usage
      ? { input: usage.input_tokens, output: usage.output_tokens, total: usage.total_tokens }
      : undefined,
  }
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function textOf(part: unknown): string {
  const { type, text } = Object(part)
  return type === 'output_text' && typeof text === 'string' ? text : ''
}
