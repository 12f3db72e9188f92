import { type IncomingMessage, request } from 'node:http'
import { controlsOf } from '../controls.ts'
import type { StubOptions } from '../options.ts'
import { serve } from '../server.ts'

type StubEvent = {
  readonly choices: readonly [Choice?]
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
  readonly emitted_ns?: string
}
type Choice = {
  readonly delta: { readonly role?: string; readonly content?: string }
  readonly finish_reason: string | null
}

/** What came of one streamed chat, as it came. */
export type StubStream = {
  /** Each read from the socket, without HTTP's coding. */
  readonly reads: readonly Buffer[]
  /** Without the last, `[DONE]`. */
  readonly events: readonly StubEvent[]
  /** Events that say when they were emitted. */
  readonly contents: readonly StubEvent[]
  readonly comments: readonly string[]
  readonly text: string
  readonly usage: StubEvent['usage']
}

/** A stub in this process: where nothing is said of how late it is. */
export async function stubHere(options: StubOptions) {
  const server = await serve(options)
  const url = `http://127.0.0.1:${server.port}`
  return { url, ...controlsOf(url), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

export const postJson = (url: string, body: object): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent: false }, resolve).on('error', reject).end(JSON.stringify(body))
  })

/** Asks a stub for a stream with usage and takes it apart with means of its own. */
export async function askStub(url: string, fields: object = {}): Promise<StubStream> {
  const response = await postJson(`${url}/v1/chat/completions`, {
    messages: [{ role: 'user', content: 'three words only' }],
    stream: true,
    stream_options: { include_usage: true },
    ...fields,
  })
  const reads: Buffer[] = await response.toArray()
  const blocks = Buffer.concat(reads).toString().split('\n\n')
  if (blocks.pop() !== '' || blocks.pop() !== 'data: [DONE]') throw new Error('the stream has no end')
  const events = blocks
    .filter((block) => block.startsWith('data: '))
    .map((block): StubEvent => JSON.parse(block.slice(6)))
  return {
    reads,
    events,
    contents: events.filter((event) => event.emitted_ns !== undefined),
    comments: blocks.filter((block) => block.startsWith(':')),
    text: events.map((event) => event.choices[0]?.delta.content ?? '').join(''),
    usage: events.at(-1)?.usage,
  }
}
