import type { ClientFigures } from '../../../records/index.ts'

/** A client that kept every limit on a machine with nothing else to do. */
export const QUIET: ClientFigures = {
  watchedMs: 20_000,
  loopDelayMs: { p50: 0.1, p99: 1.1, low: 1, n: 2_000 },
  loopDelayMsMax: 4,
  loopUtilization: 0.2,
  sendLagMs: { p50: 0.1, p99: 0.4, low: 0.3, n: 400 },
  gcMs: 20,
  gcMsMax: 2,
  late: { ranMs: 0, waitedMs: 0, stoodMs: 0 },
  thread: { ranMs: 3_900, waitedMs: 100 },
  pauses: [],
  clockJumps: [],
  processors: { cores: 2, own: 0.25, target: 0.9, others: 0.02, stolen: 0 },
  spoiled: 0,
}
