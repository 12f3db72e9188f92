import type { LoadRun, Sample } from '../../records/index.ts'

/** Twenty seconds at twenty requests a second. */
export const LOAD: LoadRun = {
  stated: {
    arrivals: { shape: 'rate', rate: 20, spacing: { kind: 'constant' } },
    durationMs: 20_000,
  },
  ...{ says: '20 requests/s for 20 s', asks: 'one prompt', maxInFlight: 100, promptsSha256: '' },
  ...{ scenario: 'load', startedAtMs: 1_000, endedAtMs: 21_400, sent: 400, mostInFlight: 8 },
  ...{ warmUp: 'a first wave of 8', firstWave: 8, requests: 400 },
  end: { by: 'schedule', reason: 'all 400 requests were sent' },
}

/** One answer of a healthy stream: 50 ms to the first of 32 tokens, 10 ms for each further one. */
export function steadySample(index: number, changes: Partial<Sample> = {}): Sample {
  const dueAtMs = 1_000 + 50 * index
  return {
    ...{ scenario: 'load', warmth: 'steady', boot: 0, index, phase: 'steady', outcome: 'completed' },
    ...{ dueAtMs, sentAtMs: dueAtMs + 1, sendLagMs: 1, e2eMs: 362, ttftMs: 50, tpotMs: 10 },
    ...{ reads: 33, bytes: 6_000, events: 34, inputTokens: 100, outputTokens: 32, maxTokens: 32 },
    chunkAtMs: Array.from({ length: 32 }, (_, i) => 50 + 10 * i),
    ...{ finishReason: 'length', headersMs: 2, firstByteMs: 50, ...changes },
  }
}

export const steadySamples = (
  n: number,
  changes: (index: number) => Partial<Sample> = () => ({}),
): Sample[] => Array.from({ length: n }, (_, index) => steadySample(index, changes(index)))
