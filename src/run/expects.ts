import type { Expectation, TargetSpec } from '../records/index.ts'

/**
 * What a run of this target expects: what its user says, and by default the chat route where the target speaks OpenAI's wire.
 * A proxy that has lost this route looks like a service that never had it; only an expectation tells the two apart.
 */
export function expectationOf(spec: TargetSpec): Expectation | undefined {
  const { expects } = spec
  const routes = expects?.routes ?? (hasChatByDefault(spec) ? (['chat'] as const) : undefined)
  const expected = { ...expects, ...(routes && { routes }) }
  return Object.keys(expected).length > 0 ? expected : undefined
}

/** Whoever gives a URL per operation and none for chat has said that there is none. */
function hasChatByDefault(spec: TargetSpec): boolean {
  if (spec.dialect !== 'openai' || spec.dialectModule !== undefined) return false
  return spec.kind !== 'url' || spec.baseUrl !== undefined || spec.urls?.chat !== undefined
}
