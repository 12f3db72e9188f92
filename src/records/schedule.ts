import type { FailureKind, GenerationRequest, TurnedAway, Usage } from './generation.ts'

/** One request of a load, decided before the run: nothing of it depends on an answer. */
export type ScheduledRequest = {
  /** Its place in the schedule, from 0. */
  readonly index: number
  /** Milliseconds after the start of the load. Absent in a closed loop: it is due when a place is free. */
  readonly dueMs?: number
  /** The part of a mixed workload that it comes from. */
  readonly workload?: string
  readonly request: GenerationRequest
  /** Tokens of the whole prompt as they were counted, and by whom; absent where nobody counted. */
  readonly inputTokens?: number
  /**
   * A turn of a conversation: `request` holds what is said in this turn alone. It is sent once the answer of the turn before it is
   * complete, with all that was said before: as messages on the chat route, as one text with a line break between two turns on the
   * completions route. It is due then at the earliest. A turn whose answer failed is the last of its conversation.
   */
  readonly session?: { readonly id: string; readonly turn: number }
}

/** How one connection was made, where this request made it: absent on one that was kept open. */
export type ConnectionTimes = {
  readonly dnsMs?: number
  readonly connectMs?: number
  readonly tlsMs?: number
}

/** One request of a load as its client saw it, decoded after it was complete. Milliseconds after the send, unless named otherwise. */
export type LoadAnswer = {
  /** On the monotonic clock's own origin. */
  readonly sentAtMs: number
  readonly headersMs?: number
  readonly firstByteMs?: number
  /** Sent → first non-empty delta; absent where the answer is not streamed. */
  readonly ttftMs?: number
  /** Sent → answer complete, or the failure known. */
  readonly e2eMs: number
  /** Of every event with content, when its last byte was read. */
  readonly chunkAtMs: readonly number[]
  /** Reads from the socket that brought the body, its bytes, its events of all kinds. */
  readonly reads: number
  readonly bytes: number
  readonly events: number
  readonly connection?: ConnectionTimes
  /** Of each 303 that was followed, when its headers came. */
  readonly hopAtMs?: readonly number[]
  readonly usage?: Usage
  readonly text: string
  readonly reasoning?: string
  readonly finishReason?: string
  /** Absent: it completed. */
  readonly failure?: FailureKind
  readonly message?: string
  readonly status?: number
  readonly turnedAway?: TurnedAway
}
