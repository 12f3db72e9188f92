export type WireRequest = {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Total: from the call to the last byte, redirects included. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Given the head of the answer, may take its body as it arrives; else the body is collected. */
  readonly onHead?: (head: WireHead) => BodySink | undefined
}

export type WireHead = { readonly status: number; readonly headers: Readonly<Record<string, string>> }
/** Either throws a `WireFault` to end the exchange. `atMs` is the offset from the send. */
export type BodySink = {
  /** The body is kept up to its limit beside being fed; absent: its first `evidenceBytes`. */
  readonly keepsWhole?: true
  feed(chunk: Buffer, atMs: number): void
  /** Whether the end marker has come: what is complete needs no end of the body. */
  isComplete(): boolean
  /** After the last byte of a body that ended as its framing says. */
  finish(): void
}

export type TransportLimits = {
  readonly connectTimeoutMs: number
  readonly maxBodyBytes: number
  readonly maxHeaderBytes: number
  readonly evidenceBytes: number
}
