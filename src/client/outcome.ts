import { isFailedFinish, type JsonScan, scanJson } from '../judges/index.ts'
import type {
  Completed,
  ErrorEnvelope,
  Exchange,
  Failed,
  FailureKind,
  Generation,
  Reply,
} from '../records/index.ts'
import { describeThrown } from './describe-thrown.ts'
import type { Answer, Dialect } from './dialect.ts'
import type { Assembled } from './stream.ts'
import type { WireResult } from './transport.ts'
import { turnedAwayOf } from './turned-away.ts'
import { checkAnswer, errorIn } from './user-dialect.ts'

type Problem = {
  readonly failure: FailureKind
  readonly message: string
  readonly error?: ErrorEnvelope | undefined
}

/** What the exchange says before its body is understood: a fault of the wire, or a status that is no success. */
function wireProblem(result: WireResult, dialect: Dialect): Problem | undefined {
  if (result.fault) return { failure: result.fault.kind, message: result.fault.message }
  const status = result.head?.status ?? 0
  if (status >= 200 && status <= 299) return undefined
  const parsed = parseBody(result.body)
  const error = parsed.ending === 'complete' ? errorIn(dialect, parsed.value) : undefined
  return { failure: 'http-status', message: `HTTP ${status}${error ? `: ${error.message}` : ''}`, error }
}

/** Judges the answer to a generation that was asked for whole. */
export function readAnswer(
  result: WireResult,
  exchange: Exchange,
  dialect: Dialect,
  operation: 'generate' | 'chat',
): Generation {
  const early = wireProblem(result, dialect)
  if (early) return failed(exchange, early)
  const parsed = parseBody(result.body)
  if (parsed.ending !== 'complete')
    return failed(exchange, { failure: 'malformed-body', message: parsed.reason })
  let answer: Answer
  try {
    answer = checkAnswer(dialect.decode(parsed.value, operation))
  } catch (error) {
    return failed(exchange, { failure: 'malformed-body', message: describeThrown(error) })
  }
  const refusal = serviceProblem(answer.error, answer.finishReason)
  if (refusal) return failed(exchange, refusal, { text: answer.text })
  if (!answer.finishReason)
    return failed(
      exchange,
      { failure: 'malformed-body', message: 'the answer has no finish reason' },
      { text: answer.text },
    )
  return {
    ...exchange,
    outcome: 'completed',
    text: answer.text,
    finishReason: answer.finishReason,
    ...(answer.reasoning && { reasoning: answer.reasoning }),
    ...(answer.usage && { usage: answer.usage }),
    ...(answer.identity && { identity: answer.identity }),
    reported: answer.reported ?? {},
    json: parsed.value,
  }
}

/** Judges a stream. What the service said of its failure weighs more than how the stream then ended. */
export function readStream(
  result: WireResult,
  whole: Exchange,
  stream: Assembled,
  dialect: Dialect,
): Generation {
  const exchange = withStreamTiming(whole, stream)
  const shape = { ...stream.shape, ...(result.leftOpen && { leftOpen: true as const }) }
  const delivered = { text: stream.text, stream: shape }
  const problem =
    serviceProblem(stream.error, undefined) ??
    wireProblem(result, dialect) ??
    serviceProblem(undefined, stream.finishReason) ??
    endProblem(stream, dialect.stream?.terminator)
  if (problem) return failed(exchange, withUnframed(problem, result.body, dialect), delivered)
  return {
    ...exchange,
    outcome: 'completed',
    ...delivered,
    finishReason: stream.finishReason ?? '',
    ...(stream.reasoning !== '' && { reasoning: stream.reasoning }),
    ...(stream.usage && { usage: stream.usage }),
    ...(stream.identity && { identity: stream.identity }),
    reported: stream.reported,
  }
}

/** A stream was asked for and something else came: an error body is the service's word, the rest breaks the contract. */
export function readUnstreamed(result: WireResult, exchange: Exchange, dialect: Dialect): Failed {
  const early = wireProblem(result, dialect)
  if (early) return failed(exchange, early)
  const parsed = parseBody(result.body)
  const error = parsed.ending === 'complete' ? errorIn(dialect, parsed.value) : undefined
  const refusal = serviceProblem(error, undefined)
  if (refusal) return failed(exchange, refusal)
  const type = result.head?.headers['content-type'] ?? 'no content type'
  return failed(exchange, {
    failure: 'malformed-stream',
    message: `asked for a stream, got ${type} instead of text/event-stream`,
  })
}

/** Any 2xx completes it; a body that calls itself JSON must be JSON. */
export function readReply(result: WireResult, exchange: Exchange, dialect: Dialect): Reply {
  const early = wireProblem(result, dialect)
  if (early) return failed(exchange, early)
  const text = decodeUtf8(result.body)
  if (text === undefined) return failed(exchange, { failure: 'malformed-body', message: 'invalid UTF-8' })
  const parsed = scanJson(text)
  const saysJson = /\bjson\b/i.test(result.head?.headers['content-type'] ?? '')
  if (parsed.ending !== 'complete' && saysJson && text !== '')
    return failed(exchange, { failure: 'malformed-body', message: parsed.reason })
  return {
    ...exchange,
    outcome: 'completed',
    status: result.head?.status ?? 0,
    text,
    ...(parsed.ending === 'complete' && { json: parsed.value }),
  }
}

function withStreamTiming(exchange: Exchange, { contentAtMs }: Assembled): Exchange {
  const [ttftMs] = contentAtMs
  return {
    ...exchange,
    timing: { ...exchange.timing, chunkAtMs: contentAtMs, ...(ttftMs !== undefined && { ttftMs }) },
  }
}

function serviceProblem(
  error: ErrorEnvelope | undefined,
  finishReason: string | null | undefined,
): Problem | undefined {
  if (error) return { failure: 'service-error', message: error.message, error }
  if (finishReason && isFailedFinish(finishReason))
    return { failure: 'service-error', message: `finish reason ${JSON.stringify(finishReason)}` }
  return undefined
}

function endProblem(stream: Assembled, terminator: string | undefined): Problem | undefined {
  if (!stream.finishReason)
    return { failure: 'truncated-stream', message: 'the stream ended without a finish reason' }
  if (terminator !== undefined && !stream.shape.sawDone)
    return { failure: 'truncated-stream', message: `the stream ended without ${terminator}` }
  return undefined
}

const SSE_LINE = /^(data|event|id|retry)?:|^(data|event|id|retry)?$/
const QUOTED_CHARACTERS = 300

/** What a body says outside of any event, such as a bare error, is the service's own word on why its stream failed. */
function withUnframed(problem: Problem, body: Buffer, dialect: Dialect): Problem {
  if (problem.failure === 'service-error') return problem
  const lines = new TextDecoder().decode(body).split(/\r\n|\n|\r/)
  const said = lines
    .filter((line) => !SSE_LINE.test(line))
    .join('\n')
    .trim()
  // So little may be a field's name that was cut.
  if (said.length <= 'retry'.length) return problem
  const scan = scanJson(said)
  const error = scan.ending === 'complete' ? errorIn(dialect, scan.value) : undefined
  const words = error?.message ?? said.slice(0, QUOTED_CHARACTERS)
  return { ...problem, message: `${problem.message}; outside of any event its body says: ${words}`, error }
}

function failed(
  exchange: Exchange,
  { failure, message, error }: Problem,
  delivered?: Pick<Completed, 'text' | 'stream'>,
): Failed {
  const turnedAway = turnedAwayOf(exchange.received, delivered?.stream && error)
  return {
    ...exchange,
    outcome: 'failed',
    failure,
    message,
    ...(exchange.received && { status: exchange.received.status }),
    ...(error && { error }),
    ...(turnedAway && { turnedAway }),
    ...delivered,
  }
}

function parseBody(body: Buffer): JsonScan {
  const text = decodeUtf8(body)
  return text === undefined
    ? { ending: 'malformed', problem: 'syntax', reason: 'invalid UTF-8' }
    : scanJson(text)
}

/** RFC 8259 lets a reader skip a byte order mark; TextDecoder does. */
function decodeUtf8(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}
