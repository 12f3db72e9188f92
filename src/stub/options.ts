import type { Spread } from './spread.ts'

/** What a stub does. What is absent is its default; on the command line each is a flag (`--ttft-ms 20`). */
export type StubOptions = {
  readonly host?: string
  /** 0: a free one. */
  readonly port?: number
  /** Of every distribution. */
  readonly seed?: number
  /** A place is free → first content event; a list is gone through from answer to answer. */
  readonly ttftMs?: Spread
  /** Between two content events of one answer. */
  readonly gapMs?: Spread
  /** Of an answer whose request states no `max_tokens`. */
  readonly tokens?: number
  /** Rounded down, 1 at least. */
  readonly tokensPerEvent?: Spread
  /** An answer ends by itself after so many tokens, unless the request says `ignore_eos` or wants more (`min_tokens`). */
  readonly endsAfter?: number
  /** Answers at a time; others wait for a place, the first one first. */
  readonly slots?: number
  /** All streams stop for `stallMs`, so long after the first request: the service's time stands still. */
  readonly stallAtMs?: number
  readonly stallMs?: number
  /** A comment (`: ping`) on every open stream so often. */
  readonly pingMs?: number
  /** So many content events go out in one write, when the last of them is due. */
  readonly merge?: number
  /** Each token has a character of three bytes; the first write of an event ends inside one. */
  readonly splitUtf8?: boolean
  /** Faults: all tokens in one event; all events at once, at the end; each answer one token long, whatever is asked. */
  readonly oneEvent?: boolean
  readonly buffered?: boolean
  readonly oneToken?: boolean
  /** Fault: `usage.completion_tokens` is so many times what was sent. */
  readonly usageFactor?: number
  /** Answers that `GET /stub/truth` remembers. */
  readonly remembers?: number
  /** Uses up its core to be on time to some microseconds: for a core that nothing else runs on. */
  readonly spin?: boolean
  /** Ends when stdin does: with the process that started it. */
  readonly endWithStdin?: boolean
}

/** `whole`: 0 too; `count`: 1 at least. */
type Kind = 'text' | 'whole' | 'count' | 'number' | 'spread' | 'switch'

/** How each option is written. */
export const OPTION_KINDS: { readonly [name in keyof Required<StubOptions>]: Kind } = {
  host: 'text',
  port: 'whole',
  seed: 'whole',
  ttftMs: 'spread',
  gapMs: 'spread',
  tokens: 'count',
  tokensPerEvent: 'spread',
  endsAfter: 'count',
  slots: 'count',
  stallAtMs: 'number',
  stallMs: 'number',
  pingMs: 'number',
  merge: 'count',
  splitUtf8: 'switch',
  oneEvent: 'switch',
  buffered: 'switch',
  oneToken: 'switch',
  usageFactor: 'number',
  remembers: 'whole',
  spin: 'switch',
  endWithStdin: 'switch',
}

export const DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  seed: 1,
  ttftMs: 20,
  gapMs: 5,
  tokens: 32,
  tokensPerEvent: 1,
  slots: Number.POSITIVE_INFINITY,
  merge: 1,
  usageFactor: 1,
  remembers: 10_000,
} as const satisfies StubOptions

export type StubPlan = StubOptions & { readonly [name in keyof typeof DEFAULTS]: Required<StubOptions>[name] }
