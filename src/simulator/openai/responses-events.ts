import type { CallDelta } from './hermes.ts'
import { callItem, type FunctionCall, type Item, messageItem, textPart } from './responses-shapes.ts'

/** The item that is being written. */
type Open =
  | { readonly kind: 'message'; readonly id: string; text: string; logprobs: readonly object[] }
  | { readonly kind: 'call'; readonly call: FunctionCall; readonly index: number; args: string }

/** Writes the events of one streamed response: numbered, each item opened, filled and closed before the next one. */
export class ResponseEvents {
  readonly #newId: (prefix: string) => string
  readonly #listsLogprobs: boolean
  readonly #done: Item[] = []
  #open: Open | undefined
  #sequence = 0

  constructor(newId: (prefix: string) => string, listsLogprobs: boolean) {
    this.#newId = newId
    this.#listsLogprobs = listsLogprobs
  }

  /** The items that are closed. */
  get output(): readonly Item[] {
    return this.#done
  }

  event(type: string, fields: object): string {
    const event = { ...fields, sequence_number: this.#sequence, type }
    this.#sequence += 1
    return JSON.stringify(event)
  }

  /** More of what is said. */
  *say(delta: string, logprobs: readonly object[]): Generator<string> {
    if (this.#open?.kind !== 'message') {
      yield* this.close()
      const id = this.#newId('msg_')
      this.#open = { kind: 'message', id, text: '', logprobs: [] }
      yield this.event('response.output_item.added', {
        item: messageItem(id, 'in_progress', []),
        ...this.#place,
      })
      yield this.event('response.content_part.added', {
        ...{ content_index: 0, item_id: id, ...this.#place, part: textPart('', []) },
      })
    }
    const open = this.#open
    open.text += delta
    open.logprobs = [...open.logprobs, ...logprobs]
    yield this.event('response.output_text.delta', {
      ...{ content_index: 0, delta, item_id: open.id, logprobs, ...this.#place },
    })
  }

  /** More of a call: its name opens it. */
  *call(part: CallDelta): Generator<string> {
    if ('name' in part) {
      yield* this.close()
      const call = { id: this.#newId('fc_'), callId: this.#newId('chatcmpl-tool-'), name: part.name }
      this.#open = { kind: 'call', call, index: part.index, args: '' }
      yield this.event('response.output_item.added', {
        item: callItem(call, 'in_progress', ''),
        ...this.#place,
      })
    } else if (this.#open?.kind === 'call') {
      this.#open.args += part.arguments
      yield this.event('response.function_call_arguments.delta', {
        ...{ delta: part.arguments, item_id: this.#open.call.id, ...this.#place },
      })
    }
  }

  /** Ends the item that is open, if one is. */
  *close(): Generator<string> {
    const open = this.#open
    if (!open) return
    const place = this.#place
    const item = yield* open.kind === 'message' ? this.#closeMessage(open) : this.#closeCall(open)
    yield this.event('response.output_item.done', { item, ...place })
    this.#done.push(item)
    this.#open = undefined
  }

  get #place() {
    return { output_index: this.#done.length }
  }

  *#closeMessage({ id, text, logprobs }: Extract<Open, { kind: 'message' }>): Generator<string, Item> {
    const place = { content_index: 0, item_id: id, ...this.#place }
    const part = textPart(text, this.#listsLogprobs ? logprobs : null)
    yield this.event('response.output_text.done', { ...place, logprobs, text })
    yield this.event('response.content_part.done', { ...place, part })
    return messageItem(id, 'completed', [part])
  }

  *#closeCall({ call, args }: Extract<Open, { kind: 'call' }>): Generator<string, Item> {
    yield this.event('response.function_call_arguments.done', {
      ...{ arguments: args, item_id: call.id, ...this.#place, name: call.name },
    })
    return callItem(call, 'completed', args)
  }
}
