import type { Comparison } from './verdict.ts'

/** Lines of a log that say the same, with the first of them, redacted and on one line. */
export type LogCount = {
  readonly signature: string
  readonly count: number
  readonly first: string
  /** Milliseconds after the watch began. */
  readonly firstAtMs: number
}

/** What was run because of a FAIL, and how it ended: `exitCode`, or why there is none. */
export type HookEnd = { readonly command: string; readonly exitCode?: number; readonly reason?: string }

/** What a watch came to, over all processes that it lived in. */
export type Watched = {
  /** ISO 8601: when the first of them began. */
  readonly since: string
  readonly watchedMs: number
  readonly requests: number
  readonly failed: number
  readonly promptTokens: number
  readonly outputTokens: number
  /** The chance that an unchanged service fails, over so many requests. */
  readonly alpha: number
  readonly looks: number
  readonly comparisons: readonly Comparison[]
  /** What decides nothing and somebody should know. */
  readonly notes: readonly string[]
  readonly logs?: readonly LogCount[]
  readonly hook?: HookEnd
}
