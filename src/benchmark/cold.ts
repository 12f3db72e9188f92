import type { Boot, Sample } from '../records/index.ts'

export type ColdOptions = {
  readonly scenario?: string
  /** When the service was started, in milliseconds after the run's start. */
  readonly startedAtMs: number
}

/**
 * One start of a service as a cold sample. A start that never generated is a failed sample; a service that already ran
 * was not started, so it gives none. Its times are those of the readiness wait's good attempt, which may have sent several
 * requests: they begin with the first.
 */
export function coldSample(
  boot: Boot,
  { scenario = 'cold-start', startedAtMs }: ColdOptions,
): Sample | undefined {
  if (boot.origin === 'found') return undefined
  const answer = boot.attempts.findLast(({ what }) => what === 'generate') ?? boot.attempts.at(-1)
  const origin = { scenario, warmth: 'cold', boot: boot.index, index: 0 } as const
  const timed = { ...origin, sentAtMs: startedAtMs + (answer?.atMs ?? 0), e2eMs: answer?.tookMs ?? 0 }
  const coldStartMs = boot.firstTokenMs ?? boot.firstGenerationMs
  if (boot.outcome === 'not-generating' || coldStartMs === undefined) {
    const message = boot.reason ?? answer?.message ?? 'the start ended without a good generation'
    return { ...timed, outcome: answer?.failure ?? 'service-error', message }
  }
  const ttftMs = boot.firstTokenMs === undefined ? undefined : boot.firstTokenMs - (answer?.atMs ?? 0)
  return {
    ...timed,
    outcome: 'completed',
    coldStartMs,
    ...(ttftMs !== undefined && ttftMs >= 0 && { ttftMs }),
  }
}
