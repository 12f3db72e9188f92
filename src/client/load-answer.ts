import type { Exchange, Generation, LoadAnswer } from '../records/index.ts'
import type { Dialect } from './dialect.ts'
import type { Captured } from './load-exchange.ts'
import { readAnswer, readStream, readUnstreamed } from './outcome.ts'
import type { Assembled } from './stream.ts'
import { apart } from './thinking.ts'
import type { WireResult } from './transport.ts'

export type Asked = {
  readonly dialect: Dialect
  readonly operation: 'generate' | 'chat'
  readonly isStreamed: boolean
  /** Thoughts stand in the text. */
  readonly hasTags: boolean
}

/** The answer in what was captured, the events of its stream decoded. What is a failure and of which kind is decided by the code that decides it in the checks. */
export function readLoadAnswer(captured: Captured, asked: Asked): LoadAnswer {
  const { sentAtMs, headersAtMs, endedAtMs, head, capture, connection } = captured
  const since = (atMs: number) => atMs - sentAtMs
  const { stream } = captured
  const assembled = stream?.finish(captured.fault === undefined)
  const generation = judge(captured, asked, assembled)
  const shown = asked.hasTags ? apart(generation) : generation
  const chunkAtMs = (assembled?.contentAtMs ?? []).map(since)
  const { firstAtMs } = capture
  const [ttftMs] = chunkAtMs
  const usage = assembled?.usage ?? ('usage' in shown ? shown.usage : undefined)
  const finishReason = assembled?.finishReason ?? ('finishReason' in shown ? shown.finishReason : undefined)
  const reasoning = ('reasoning' in shown ? shown.reasoning : undefined) ?? assembled?.reasoning
  return {
    sentAtMs,
    ...(headersAtMs !== undefined && { headersMs: since(headersAtMs) }),
    ...(firstAtMs !== undefined && { firstByteMs: since(firstAtMs) }),
    ...(captured.hopsAtMs.length > 0 && { hopAtMs: captured.hopsAtMs.map(since) }),
    ...(ttftMs !== undefined && { ttftMs }),
    e2eMs: since(stream?.completeAtMs ?? endedAtMs),
    chunkAtMs,
    reads: capture.reads,
    bytes: capture.length,
    events: assembled?.shape.events ?? 0,
    ...(connection && { connection }),
    ...(usage && { usage }),
    text: shown.text ?? '',
    ...(reasoning && { reasoning }),
    ...(finishReason && { finishReason }),
    ...(shown.outcome === 'failed' && { failure: shown.failure, message: shown.message }),
    ...(shown.outcome === 'failed' && shown.turnedAway && { turnedAway: shown.turnedAway }),
    ...(head && { status: head.status }),
  }
}

function judge(captured: Captured, asked: Asked, assembled: Assembled | undefined): Generation {
  const exchange = exchangeOf(captured)
  const { dialect, operation } = asked
  const { stream } = captured
  // Complete with its end marker: what became of its connection afterwards is nobody's answer.
  const fault = stream?.fault ?? (stream?.completeAtMs === undefined ? captured.fault : undefined)
  const result: WireResult = {
    redirects: captured.redirects,
    body: captured.capture.bytes(),
    bodyBytes: captured.capture.length,
    timing: exchange.timing,
    ...(captured.head && { head: captured.head }),
    ...(fault && { fault }),
  }
  if (assembled) return readStream(result, exchange, assembled, dialect)
  return asked.isStreamed
    ? readUnstreamed(result, exchange, dialect)
    : readAnswer(result, exchange, dialect, operation)
}

/** As much of an exchange as a judgement reads: a load keeps no evidence. */
function exchangeOf({ head, sentAtMs, endedAtMs, redirects, capture }: Captured): Exchange {
  return {
    sent: { method: 'POST', url: '', headers: {} },
    ...(head && { received: { ...head, body: '', bodyBytes: capture.length, hops: redirects } }),
    timing: { sentAtMs, e2eMs: endedAtMs - sentAtMs, chunkAtMs: [], reads: capture.reads },
  }
}
