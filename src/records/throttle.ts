/** What a service's refusals (429, 503) came to: about load, so the requests were sent again, later or fewer at a time. */
export type Throttle = {
  /** Refusals, by the HTTP status that they had. */
  readonly refusals: Readonly<Record<string, number>>
  /** What was held to in the end; absent where its limit was none. */
  readonly requestsPerSecond?: number
  readonly maxConcurrency?: number
  /** Wall-clock time in which requests were held back. */
  readonly heldBackMs: number
}
