/** When a request was in flight. Milliseconds. */
export type Flight = { readonly sentAtMs: number; readonly e2eMs: number }

/** The most that were in flight at a time. One that ends when another begins is not beside it. */
export function mostInFlight(flights: readonly Flight[]): number {
  const changes = flights.flatMap(({ sentAtMs, e2eMs }) => [
    { atMs: sentAtMs, by: 1 },
    { atMs: sentAtMs + e2eMs, by: -1 },
  ])
  let [now, most] = [0, 0]
  for (const { by } of changes.toSorted((a, b) => a.atMs - b.atMs || a.by - b.by)) {
    now += by
    most = Math.max(most, now)
  }
  return most
}
