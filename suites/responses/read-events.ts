import { parseEvents, quote, type Reply } from '#infergate'
import { type Responded, readResponse } from './read-response.ts'

/** A stream of the route, read as a client does: by its deltas and by the response that its last event carries. */
export type Streamed = {
  /** What is wrong with the order or the names of its events. */
  readonly flaw?: string
  /** The deltas of its texts, joined; those of its arguments, by call. */
  readonly text: string
  readonly argumentsOf: readonly string[]
  /** What `…output_text.done` says that the deltas were. */
  readonly doneText: string | undefined
  readonly doneArguments: readonly unknown[]
  readonly last: Responded | undefined
  readonly reply: Reply
}

const SAID = ['response.output_text.', 'response.function_call_arguments.']
const TERMINAL = ['response.completed', 'response.incomplete', 'response.failed']

type Event = Readonly<Record<string, unknown>> & { readonly type: string }

export function readEvents(reply: Extract<Reply, { outcome: 'completed' }>): Streamed {
  const all = parseEvents(reply.text)
  // Some servers end as the chat route does; clients of this route never see it.
  const named = all.at(-1)?.data.trim() === '[DONE]' ? all.slice(0, -1) : all
  const events: readonly Event[] = named.map(({ json }) => ({
    ...Object(json),
    type: String(Object(json).type),
  }))
  const flaw =
    (events.length === 0 ? `no stream came: ${quote(reply.text)}` : undefined) ??
    misnamed(named) ??
    misnumbered(events) ??
    misended(events) ??
    ofTwo(events)
  const of = (type: string) => events.filter((event) => event.type === type)
  const done = of('response.output_text.done')
  const terminal = events.findLast(({ type }) => TERMINAL.includes(type))
  return {
    ...(flaw !== undefined && { flaw }),
    text: joined(of('response.output_text.delta')),
    argumentsOf: [...Map.groupBy(of('response.function_call_arguments.delta'), itemOf).values()].map(joined),
    doneText: done.length > 0 ? done.map(({ text }) => String(text)).join('') : undefined,
    doneArguments: of('response.function_call_arguments.done').map((event) => event['arguments']),
    last: terminal && readResponse(terminal['response'], reply),
    reply,
  }
}

const joined = (deltas: readonly Event[]): string =>
  deltas.map(({ delta }) => (typeof delta === 'string' ? delta : '')).join('')
const itemOf = (event: Event): unknown => event['item_id'] ?? event['output_index']

function misnamed(events: ReturnType<typeof parseEvents>): string | undefined {
  for (const [index, { name, data, json }] of events.entries()) {
    const { type } = Object(json)
    if (typeof type !== 'string') return `event ${index + 1} has no type: ${quote(data)}`
    if (name !== undefined && name !== type)
      return `event ${index + 1} is named ${name} and says that it is ${type}`
    if (type === 'error') return `event ${index + 1} is an error: ${quote(data, 300)}`
  }
  return undefined
}

/** OpenAI numbers its events; where none has a number there is no order to break. */
function misnumbered(events: readonly Event[]): string | undefined {
  const numbers = events.map((event) => event['sequence_number'])
  if (numbers.every((number) => number === undefined)) return undefined
  const wrong = numbers.findIndex((number, index) => index > 0 && number !== Number(numbers[index - 1]) + 1)
  if (wrong < 0) return undefined
  return `after sequence_number ${numbers[wrong - 1]} comes ${numbers[wrong]}, where it has to increase by one`
}

function misended(events: readonly Event[]): string | undefined {
  const types = events.map(({ type }) => type)
  const terminal = types.filter((type) => TERMINAL.includes(type))
  if (types[0] !== 'response.created') return `it begins with ${types[0]}, not with response.created`
  if (terminal.length === 0)
    return `it ends with ${types.at(-1)}: none of ${TERMINAL.join(', ')} comes, so a client waits for ever`
  if (terminal.length > 1) return `it ends ${terminal.length} times: ${terminal.join(', ')}`
  if (!TERMINAL.includes(String(types.at(-1))))
    return `${types.at(-1)} comes after ${terminal[0]}, which ends it`
  return undefined
}

/** Whose events these are: of one response, and of items that were announced. */
function ofTwo(events: readonly Event[]): string | undefined {
  const ids = new Set(events.flatMap(({ response }) => (response ? [Object(response).id] : [])))
  if (ids.size !== 1 || ids.has(undefined))
    return `its events are of several responses: ${[...ids].join(', ')}`
  const items = new Set(
    events.flatMap(({ type, item }) => (type === 'response.output_item.added' ? [Object(item).id] : [])),
  )
  // What a thought is made of is each server's own.
  const stray = events.find(
    ({ type, item_id }) =>
      SAID.some((said) => type.startsWith(said)) && item_id !== undefined && !items.has(item_id),
  )
  return (
    stray && `${stray.type} is of the item ${stray['item_id']}, which no response.output_item.added announced`
  )
}
