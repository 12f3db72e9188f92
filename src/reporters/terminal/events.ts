import type { Clock } from '../../clock.ts'
import { oneLine } from '../safe-text.ts'
import { leadingWord, verdictLine } from '../verdict-line.ts'
import { leftMs } from './phase.ts'
import type { Speaker, Standing } from './speaker.ts'

/** Between two lines of one phase. */
const INTERVAL_MS = 1_000
const SCHEMA_VERSION = 1

/** One JSON object a line, for machines; fixtures/schemas/progress.schema.json says what is in them. */
export function eventLines(write: (line: string) => void, clock: Clock): Speaker {
  const startedMs = clock.monotonicMs()
  let saidMs = Number.NEGATIVE_INFINITY
  const tell = (kind: string, fields: Readonly<Record<string, unknown>>): void => {
    const atMs = Math.round(clock.monotonicMs() - startedMs)
    write(JSON.stringify({ schemaVersion: SCHEMA_VERSION, kind, atMs, ...fields }))
  }
  return {
    started: ({ runId, command, target, seed }) =>
      tell('run-started', { runId, command, seed, targetKind: target.kind }),
    began({ phase: { name, total } }) {
      saidMs = clock.monotonicMs()
      tell('phase-started', { phase: name, ...(total !== undefined && { total }) })
    },
    moved(standing) {
      const nowMs = clock.monotonicMs()
      if (nowMs - saidMs < INTERVAL_MS) return
      saidMs = nowMs
      tell('progress', progressOf(standing, nowMs))
    },
    checked: ({ id, suite, outcome, required, durationMs, reason }) =>
      tell('check-ended', {
        ...{ id, suite, outcome, required, durationMs: Math.round(durationMs) },
        ...(reason !== undefined && { reason: oneLine(reason) }),
      }),
    ended(standing) {
      const nowMs = clock.monotonicMs()
      tell('phase-ended', progressOf(standing, nowMs))
    },
    said: (kind, text) => tell(kind, { text: oneLine(text, 2_000) }),
    closed: ({ verdict, reportFile, context }) =>
      tell('run-ended', {
        ...{
          runId: verdict.runId,
          verdict: verdict.verdict,
          state: verdict.state,
          exitCode: verdict.exitCode,
        },
        ...{
          word: leadingWord(verdict),
          line: oneLine(verdictLine(verdict, context, reportFile), 4_000),
          reportFile,
        },
      }),
    [Symbol.dispose]() {},
  }
}

function progressOf({ phase, tally }: Standing, nowMs: number): Readonly<Record<string, unknown>> {
  const { name, total, startedMs, done, notRun, notApplicable, status } = phase
  const left = leftMs(phase, nowMs)
  const soFar = tally.soFar()
  const underWay = tally.underWay()
  return {
    ...{ phase: name, done, ...(total !== undefined && { total }), notRun, notApplicable },
    elapsedMs: Math.round(nowMs - startedMs),
    ...(left !== undefined && { leftMs: Math.round(left) }),
    failedRequests: tally.failedRequests,
    failedChecks: tally.failedChecks,
    ...(soFar && { answers: soFar }),
    ...(underWay.length > 0 && { underWay }),
    ...(status !== undefined && { status }),
  }
}
