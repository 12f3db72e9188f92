import type { Sample } from '../../../../records/index.ts'
import type { Group } from './groups.ts'

/** Values in the order of time; `groups`: those of one answer depend on each other, and there are so many answers. */
export type Values = { readonly values: readonly number[]; readonly groups?: number }

/** What is timed of an answer, in milliseconds. */
export type Time = {
  /** As measurements spell it: `ttftMs` of `ttftMsP50`. */
  readonly name: string
  readonly short: string
  readonly title: string
  readonly of: (group: Group) => Values
  /** Why there may be none, beside what the verdict says. */
  readonly why: (group: Group) => string
}

const one =
  (of: (sample: Sample) => number | undefined) =>
  ({ good }: Group): Values => ({ values: good.flatMap((sample) => of(sample) ?? []) })

const NO_STREAM = 'no answer was streamed'

export const TIMES: readonly Time[] = [
  {
    ...{ name: 'ttftMs', short: 'TTFT', title: 'Time to the first token (TTFT)' },
    of: one(({ ttftMs }) => ttftMs),
    why: () => NO_STREAM,
  },
  {
    ...{ name: 'tpotMs', short: 'TPOT', title: 'Time per further token (TPOT)' },
    of: one(({ tpotMs }) => tpotMs),
    why: () => 'no answer was a stream of two events with a count of its tokens',
  },
  {
    ...{ name: 'interChunkMs', short: 'Gap', title: 'Gap between two chunks' },
    of: ({ good }) => {
      const streamed = good.filter(isStream)
      return { values: streamed.flatMap(gapsIn), groups: streamed.length }
    },
    why: ({ warmth }) =>
      warmth === 'warm'
        ? 'of single requests the times of the chunks are not kept; `infergate bench --concurrency 1` keeps them'
        : NO_STREAM,
  },
  {
    ...{ name: 'e2eMs', short: 'Whole answer', title: 'Whole answer (e2e)' },
    of: one(({ e2eMs }) => e2eMs),
    why: () => 'there was no good answer',
  },
]

const isStream = ({ chunkAtMs = [] }: Sample): boolean => chunkAtMs.length > 1

const gapsIn = ({ chunkAtMs = [] }: Sample): readonly number[] =>
  chunkAtMs.slice(1).map((atMs, i) => Math.max(0, atMs - (chunkAtMs[i] ?? 0)))

/** A gap is one between tokens only where each chunk holds one token. */
export function gapTitle({ good }: Group): string {
  const streamed = good.filter(isStream)
  const other = streamed.filter(({ chunkAtMs, outputTokens }) => chunkAtMs?.length !== outputTokens)
  return other.length === 0
    ? 'Gap between two tokens (ITL: every chunk is one token)'
    : `Gap between two chunks (no ITL: in ${other.length} of ${streamed.length} answers a chunk is not one token)`
}
