/** What stands in all events of one answer. */
export type Envelope = { readonly id: string; readonly isChat: boolean; readonly createdS: number }

/** The constant bytes of one answer's events: an event costs one concatenation. */
export type Frame = {
  /** Before the text, which needs no escape. */
  readonly head: string
  /** After the text, up to the value of `emitted_ns`. */
  readonly tail: string
  readonly lastTail: string
}

export const EVENT_END = '"}\n\n'
export const PING = ': ping\n\n'
export const DONE = 'data: [DONE]\n\n'

/** The JSON of streamed events as vLLM writes them, with `emitted_ns` as their last field. */
export function frameOf(envelope: Envelope, finishReason: string): Frame {
  const { isChat } = envelope
  const end = (reason: string | null) =>
    `"${isChat ? '}' : ''},"logprobs":null,"finish_reason":${JSON.stringify(reason)}}],"emitted_ns":"`
  return {
    head: `data: ${start(envelope)},"choices":[{"index":0,${isChat ? '"delta":{"content":"' : '"text":"'}`,
    tail: end(null),
    lastTail: end(finishReason),
  }
}

/** The first event of a chat: a role and no text. */
export const roleEvent = (envelope: Envelope): string =>
  `data: ${start(envelope)},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}\n\n`

export const usageEvent = (envelope: Envelope, usage: string): string =>
  `data: ${start(envelope)},"choices":[],"usage":${usage}}\n\n`

export const usageOf = (promptTokens: number, completionTokens: number): string =>
  `{"prompt_tokens":${promptTokens},"total_tokens":${promptTokens + completionTokens},"completion_tokens":${completionTokens}}`

/** An answer that is not streamed, up to the value of `emitted_ns`. */
export function wholeAnswer(envelope: Envelope, text: string, finishReason: string, usage: string): string {
  const content = envelope.isChat ? `"message":{"role":"assistant","content":"${text}"}` : `"text":"${text}"`
  return `${start(envelope, 'chat.completion')},"choices":[{"index":0,${content},"logprobs":null,"finish_reason":"${finishReason}"}],"usage":${usage},"emitted_ns":"`
}

const start = ({ id, isChat, createdS }: Envelope, chatObject = 'chat.completion.chunk'): string =>
  `{"id":"${id}","object":"${isChat ? chatObject : 'text_completion'}","created":${createdS},"model":"stub"`

/** A chunk of HTTP's chunked coding that holds ASCII text. */
export const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** The same of bytes, in one piece. */
export const chunkOf = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
