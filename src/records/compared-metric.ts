/** What two versions of a service are compared by. All but tokens/s are worse when larger. */
export type ComparedMetric =
  | 'coldStartMs'
  | `${'ttftMs' | 'tpotMs' | 'e2eMs'}${'P50' | 'P90' | 'P99'}`
  | 'outputTokensPerSecond'
