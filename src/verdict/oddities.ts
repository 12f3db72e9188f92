import type { Pace, Sample } from '../records/index.ts'
import { median } from '../statistics/index.ts'
import { counted, milliseconds, percent } from './figures.ts'

/** A stream that is not what it looks like, and which numbers mean nothing because of it. */
export type Oddity = {
  readonly kind: 'buffered' | 'one-event' | 'usage'
  /** With its figures, as a clause. */
  readonly says: string
  /** Which measures it spoils, by the beginning of their names. */
  readonly spoils: readonly string[]
  /** The measures are wrong; else they are what a caller sees, and not what their names say. */
  readonly isFalse: boolean
}

/** So many tokens are never one event of a stream; speculative decoding and a busy server send up to about ten at once. */
const MANY_TOKENS = 16
/** So many events are a stream, whose time can be told. */
const MANY_CHUNKS = 8
/** A stream is as slow as its service makes tokens; one that is so much faster was held back. */
const OF_ITS_PACE = 0.1
/** Less than this is no time to hold back. */
const LEAST_MS = 10
/** Where the pace of the service is not known, as much of an answer before its first token is held back … */
const BEFORE_FIRST = 0.95
/** … where its tokens then come quicker than any service makes them (10,000 a second). */
const QUICKEST_MS = 0.1
/** An oddity of a few answers is theirs. */
const MOST = 0.5
const MORE_THAN_CHANCE = 0.1

const TIMES_OF_A_STREAM = ['ttftMs', 'tpotMs', 'interChunkMs', 'itlMs']
const COUNTS = ['tpotMs', 'itlMs', 'outputTokensPerSecond', 'answerTokensPerSecond', 'tokens']

/**
 * What is odd about the streams of a load, from good answers alone. Silent on a healthy service: several tokens an event are
 * legal, and so are several events a read.
 */
export function findOddities(good: readonly Sample[], pace?: Pace, thinks = false): readonly Oddity[] {
  const streamed = good.filter(({ chunkAtMs = [] }) => chunkAtMs.length > 0)
  if (streamed.length === 0) return []
  return [...oneEvent(streamed), ...buffered(streamed, pace), ...falseUsage(streamed, thinks)]
}

/** What usage counts, or what was asked for where the answer went on to its limit. */
const tokensOf = ({ outputTokens, finishReason, maxTokens }: Sample): number | undefined =>
  outputTokens ?? (finishReason === 'length' ? maxTokens : undefined)

function oneEvent(streamed: readonly Sample[]): readonly Oddity[] {
  const long = streamed.filter((one) => (tokensOf(one) ?? 0) >= MANY_TOKENS)
  const odd = long.filter(({ chunkAtMs = [] }) => chunkAtMs.length === 1)
  if (odd.length <= MOST * long.length) return []
  const tokens = median(odd.map((one) => tokensOf(one) ?? 0))
  const says = `the stream is no stream: in ${odd.length} of ${counted(long.length, 'answer')} all tokens (${tokens} at the median) came in one event`
  return [{ kind: 'one-event', says, spoils: TIMES_OF_A_STREAM, isFalse: false }]
}

function buffered(streamed: readonly Sample[], pace: Pace | undefined): readonly Oddity[] {
  const long = streamed.filter(({ chunkAtMs = [] }) => chunkAtMs.length >= MANY_CHUNKS)
  const odd = long.filter((one) => isHeldBack(one, pace))
  if (odd.length <= MOST * long.length) return []
  const of = (figure: (one: Sample) => number) => median(odd.map(figure))
  const [chunks, reads] = [of(({ chunkAtMs }) => chunkAtMs?.length ?? 0), of((one) => one.reads ?? 0)]
  const within = `${chunks} events within ${milliseconds(of(spanMs))}, in ${counted(reads, 'read')}`
  const first = `${percent(of(({ ttftMs = 0, e2eMs }) => ttftMs / e2eMs))} of its time before the first (medians)`
  const made = pace ? `; the service takes ${milliseconds(pace.tokenMs)} for a token` : ''
  const says = `a proxy or the server holds the stream back: ${odd.length} of ${counted(long.length, 'answer')} came at once, ${within}, ${first}${made}`
  return [{ kind: 'buffered', says, spoils: TIMES_OF_A_STREAM, isFalse: false }]
}

const spanMs = ({ chunkAtMs = [] }: Sample): number => (chunkAtMs.at(-1) ?? 0) - (chunkAtMs[0] ?? 0)

function isHeldBack(sample: Sample, pace: Pace | undefined): boolean {
  const { ttftMs = 0, e2eMs, chunkAtMs = [] } = sample
  // Of chunks, each of which holds a token at least: usage may count thoughts that nobody streams.
  const steps = chunkAtMs.length - 1
  if (pace) {
    const madeMs = pace.tokenMs * steps
    return madeMs >= LEAST_MS && spanMs(sample) < OF_ITS_PACE * madeMs
  }
  return ttftMs >= Math.max(LEAST_MS, BEFORE_FIRST * e2eMs) && spanMs(sample) < QUICKEST_MS * steps
}

/** An event with content holds a token at least, and no answer is longer than was asked. */
function falseUsage(streamed: readonly Sample[], thinks: boolean): readonly Oddity[] {
  const known = streamed.filter(({ outputTokens }) => outputTokens !== undefined)
  const lies = [
    {
      odd: known.filter(({ outputTokens }) => outputTokens === 0),
      than: (): string => 'it counts 0 tokens',
    },
    {
      // One more: a first event may bring white space that is no token of its own.
      odd: known.filter(
        ({ outputTokens = 0, chunkAtMs = [] }) => 0 < outputTokens && outputTokens + 1 < chunkAtMs.length,
      ),
      than: ({ outputTokens, chunkAtMs }: Sample): string =>
        `it counts ${outputTokens} in ${chunkAtMs?.length} events with content, each of which holds one at least`,
    },
    {
      // A model that thinks gets room for its thought beside what is asked for.
      odd: thinks
        ? []
        : known.filter(({ outputTokens = 0, maxTokens = Infinity }) => outputTokens > maxTokens),
      than: ({ outputTokens, maxTokens }: Sample): string =>
        `it counts ${outputTokens} where at most ${maxTokens} were asked for`,
    },
  ]
  return lies.flatMap(({ odd, than }): Oddity[] => {
    const [first] = odd
    if (!first || odd.length <= MORE_THAN_CHANCE * known.length) return []
    const says = `usage cannot be right in ${odd.length} of ${counted(known.length, 'answer')}: ${than(first)} (first such answer)`
    return [{ kind: 'usage', says, spoils: COUNTS, isFalse: true }]
  })
}

/** The oddity because of which a measure says nothing. */
export const oddityOf = (name: string, oddities: readonly Oddity[]): Oddity | undefined =>
  oddities.find(({ spoils }) => spoils.some((start) => name.startsWith(start)))
