import type { Reply } from '../records/index.ts'

/** Whether the answer of a health route says that all is well: 2xx, and no body that says otherwise. */
export function saysHealthy(reply: Reply): boolean {
  if (reply.outcome === 'failed') return false
  const said = Object(reply.json)
  if (said.error !== undefined && said.error !== null && said.error !== false) return false
  if ([said.status, said.healthy, said.ok, said.ready].includes(false)) return false
  return typeof said.status !== 'string' || !UNWELL.test(said.status)
}

/** Words that health routes use for trouble; an unknown word is no bad one. */
const UNWELL =
  /\b(un\w*|not|error|errors|fail\w*|down|dead|degraded|starting|loading|initiali\w+|critical)\b/i
