import type { FinishReason } from '../job.ts'
import { CallStream, parseAnswer } from './hermes.ts'
import type { ToolAsk } from './tools.ts'

/** How a choice ended, tools included. */
export type WireFinish = FinishReason | 'tool_calls'

/** The parts of one choice that differ where the request offers tools. */
export class ChoiceTools {
  readonly #ask: ToolAsk
  readonly #newId: () => string
  readonly #stream = new CallStream()
  #hasCalled = false

  constructor(ask: ToolAsk, newId: () => string) {
    this.#ask = ask
    this.#newId = newId
  }

  /** The delta for another piece of text; undefined: this piece adds nothing that may be shown yet. */
  delta(text: string): object | undefined {
    if (this.#ask.choice === 'none') return text === '' ? undefined : { content: text }
    const read = this.#stream.push(text)
    const calls = (read?.calls ?? []).filter(({ index }) => this.#ask.parallel || index === 0)
    if (read?.content === undefined && calls.length === 0) return undefined
    if (calls.length === 0) return { content: read?.content }
    this.#hasCalled = true
    return { content: read?.content ?? null, tool_calls: calls.map((call) => this.#wireDelta(call)) }
  }

  #wireDelta(
    call: { readonly index: number } & ({ readonly name: string } | { readonly arguments: string }),
  ) {
    const { index, ...part } = call
    if ('name' in part) return { id: this.#newId(), type: 'function', index, function: part }
    return { index, function: part }
  }

  /** A streamed choice is said to end with a call unless the request named the tool. */
  finish(finish: FinishReason | null): WireFinish | null {
    const isNamed = typeof this.#ask.choice === 'object'
    return this.#hasCalled && !isNamed && finish === 'stop' ? 'tool_calls' : finish
  }

  /** Content and calls of a whole answer, and how it is said to end. */
  whole(text: string, finish: FinishReason | null) {
    const { choice, parallel } = this.#ask
    const { content, calls } = choice === 'none' ? { content: text, calls: [] } : parseAnswer(text)
    const kept = parallel ? calls : calls.slice(0, 1)
    const isForced = choice === 'required' || typeof choice === 'object'
    const endsWithCall =
      (choice === 'auto' && calls.length > 0) || (choice === 'required' && finish === 'stop')
    return {
      content: isForced ? (content ?? '') : content,
      ...(kept.length > 0 && {
        toolCalls: kept.map((call) => ({ id: this.#newId(), type: 'function', function: call })),
      }),
      finish: endsWithCall ? ('tool_calls' as const) : finish,
    }
  }
}
