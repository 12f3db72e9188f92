import { parseEvents, quote, quoteValue } from '#infergate'

/** One call as it came; nothing of it is known to be what it should be. */
export type Call = {
  readonly id: unknown
  readonly type: unknown
  readonly name: unknown
  readonly arguments: unknown
}

/** What an answer comes to for a client that acts on its calls. */
export type Said = {
  readonly calls: readonly Call[]
  readonly content: string
  readonly finish: unknown
  readonly promptTokens?: number
  readonly completionTokens?: number
  /** What is wrong with the form of its stream. */
  readonly flaw?: string
  /** The error that it carries in place of an answer. */
  readonly error?: unknown
}

export function readWhole(body: unknown): Said {
  const { choices, usage, error } = Object(body)
  const choice = firstOf(choices)
  const { content, tool_calls } = Object(choice.message)
  return {
    calls: listOf(tool_calls).map((call) => {
      const { id, type, function: called } = Object(call)
      return { id, type, name: Object(called).name, arguments: Object(called).arguments }
    }),
    content: textOf(content),
    finish: choice.finish_reason,
    ...countsOf(usage),
    ...(error && { error }),
  }
}

/** Joins the deltas of a stream as clients do: what comes again is appended, and there is no other way to see that it was meant to replace. */
export function readStreamed(text: string): Said {
  const joined = new Joined()
  const events = parseEvents(text)
  for (const { data, json } of events) {
    if (data.trim() !== '[DONE]') joined.take(json)
  }
  const ends = events.filter(({ data }) => data.trim() === '[DONE]').length
  if (events.length === 0) joined.note(`no stream came: ${quote(text)}`)
  if (ends !== 1 || events.at(-1)?.data.trim() !== '[DONE]')
    joined.note(`[DONE] comes ${ends} times in the stream, where it has to come once and last`)
  return joined.said()
}

type Parts = { readonly ids: unknown[]; readonly names: unknown[]; type: unknown; text: string }

class Joined {
  readonly #calls: Parts[] = []
  readonly #finishes: unknown[] = []
  #content = ''
  #usage: unknown
  #error: unknown
  #flaw: string | undefined

  note(flaw: string): void {
    this.#flaw ??= flaw
  }

  take(chunk: unknown): void {
    const { choices, usage, error } = Object(chunk)
    const { delta, finish_reason } = firstOf(choices)
    const { content, tool_calls } = Object(delta)
    this.#error ??= error
    this.#usage = usage ?? this.#usage
    this.#content += textOf(content)
    for (const part of listOf(tool_calls)) {
      if (this.#finishes.length > 0) this.note('a part of a tool call comes after the finish reason')
      this.#takePart(Object(part))
    }
    if (finish_reason) this.#finishes.push(finish_reason)
  }

  #takePart({ index, id, type, function: called }: Record<string, unknown>): void {
    const known = this.#calls.length
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index > known) {
      const place = index === undefined ? 'no index' : `the index ${JSON.stringify(index)}`
      this.note(
        `a part of a tool call has ${place} after ${known} calls: no client can tell where it belongs`,
      )
      return
    }
    this.#calls[index] ??= { ids: [], names: [], type: undefined, text: '' }
    const parts = this.#calls[index]
    const { name, arguments: piece } = Object(called)
    if (id) parts.ids.push(id)
    if (name) parts.names.push(name)
    parts.type ??= type
    if (typeof piece === 'string') parts.text += piece
    else if (piece !== undefined && piece !== null)
      this.note(`a part of the arguments is no text: ${quoteValue(piece)}`)
  }

  #holdOnce(index: number, what: string, values: readonly unknown[]): void {
    if (values.length === 0) this.note(`the ${what} of call ${index} never comes in its stream`)
    if (values.length > 1)
      this.note(
        `the ${what} of call ${index} comes ${values.length} times in its stream (${values.slice(0, 3).map(String).join(', ')}), where it has to come once: clients join what comes`,
      )
  }

  said(): Said {
    for (const [index, { ids, names }] of this.#calls.entries()) {
      const of = `(${ids.slice(0, 3).map(String).join(', ')})`
      if (new Set(ids).size > 1)
        this.note(
          names.length > 1
            ? `${names.length} calls have the index ${index} in the stream, with the ids ${of}: clients join them to one`
            : `the id of call ${index} changes in its stream ${of}: no result can be sent back`,
        )
      this.#holdOnce(index, 'id', ids)
      this.#holdOnce(index, 'name', names)
    }
    if (this.#error === undefined && this.#finishes.length !== 1)
      this.note(`the stream has ${this.#finishes.length} finish reasons, where it has to have one`)
    return {
      calls: this.#calls.map(({ ids, names, type, text }) => ({
        ...{ id: ids[0], type, name: names[0], arguments: text },
      })),
      content: this.#content,
      finish: this.#finishes[0],
      ...countsOf(this.#usage),
      ...(this.#flaw !== undefined && { flaw: this.#flaw }),
      ...(this.#error !== undefined && { error: this.#error }),
    }
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const firstOf = (choices: unknown) =>
  Object(listOf(choices).find((choice) => (Object(choice).index ?? 0) === 0))
const textOf = (content: unknown): string => (typeof content === 'string' ? content : '')

function countsOf(usage: unknown): Pick<Said, 'promptTokens' | 'completionTokens'> {
  const { prompt_tokens, completion_tokens } = Object(usage)
  return {
    ...(typeof prompt_tokens === 'number' && { promptTokens: prompt_tokens }),
    ...(typeof completion_tokens === 'number' && { completionTokens: completion_tokens }),
  }
}
