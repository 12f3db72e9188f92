import type { LoadRun, Sample } from '../../../../records/index.ts'

/** What happened in one span of a load. Milliseconds after its start. */
export type Span = {
  readonly fromMs: number
  readonly toMs: number
  readonly sent: number
  readonly completed: number
  readonly failed: number
  readonly turnedAway: number
  /** Requests in flight: their mean over the span, and the most. */
  readonly inFlight: number
  readonly inFlightMost: number
}

const WIDTHS_MS = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000]

/** Equal spans from the start of a load to its end, at most so many. Each request is in exactly one span of each kind. */
export function courseOf(all: readonly Sample[], load: LoadRun, mostSpans: number): readonly Span[] {
  const lengthMs = Math.max(1, load.endedAtMs - load.startedAtMs)
  const widthMs = WIDTHS_MS.find((width) => lengthMs / width <= mostSpans) ?? lengthMs / mostSpans
  const count = Math.ceil(lengthMs / widthMs)
  const spans = Array.from({ length: count }, () => ({
    ...{ sent: 0, completed: 0, failed: 0, turnedAway: 0, busyMs: 0, inFlightMost: 0 },
  }))
  // The last one may be shorter: what is counted in it was counted in less time.
  const endOf = (span: number): number => Math.min(lengthMs, (span + 1) * widthMs)
  const at = (ms: number): number => Math.min(count - 1, Math.max(0, Math.floor(ms / widthMs)))
  const changes: { readonly atMs: number; readonly by: 1 | -1 }[] = []
  for (const { sentAtMs, e2eMs, outcome, turnedAway } of all) {
    const [fromMs, toMs] = [sentAtMs - load.startedAtMs, sentAtMs - load.startedAtMs + e2eMs]
    const [first, last] = [spans[at(fromMs)], spans[at(toMs)]]
    if (!first || !last) continue
    first.sent++
    if (outcome === 'completed') last.completed++
    else if (turnedAway) last.turnedAway++
    else last.failed++
    changes.push({ atMs: fromMs, by: 1 }, { atMs: toMs, by: -1 })
    for (let span = at(fromMs); span <= at(toMs); span++) {
      const one = spans[span]
      if (one) one.busyMs += Math.max(0, Math.min(toMs, endOf(span)) - Math.max(fromMs, span * widthMs))
    }
  }
  markMost(changes, (ms) => spans[at(ms)])
  return spans.map(({ busyMs, ...one }, span) => ({
    ...one,
    ...{ fromMs: span * widthMs, toMs: endOf(span) },
    inFlight: busyMs / (endOf(span) - span * widthMs),
  }))
}

/** A level that lasts over a border counts in both spans. */
function markMost(
  changes: { readonly atMs: number; readonly by: 1 | -1 }[],
  spanAt: (ms: number) => { inFlightMost: number } | undefined,
): void {
  let level = 0
  // An answer that ends as another request begins makes room for it.
  for (const { atMs, by } of changes.toSorted((a, b) => a.atMs - b.atMs || a.by - b.by)) {
    const before = spanAt(atMs)
    if (before) before.inFlightMost = Math.max(before.inFlightMost, level, level + by)
    level += by
  }
}
