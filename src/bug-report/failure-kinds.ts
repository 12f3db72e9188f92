import type { Evidence, FailureKind } from '../records/index.ts'

/** Every kind, and whether what the service said belongs to it: of a broken socket the words are the client's own. */
const SAYS_MORE: Readonly<Record<FailureKind, boolean>> = {
  dns: false,
  connect: false,
  tls: false,
  reset: false,
  timeout: false,
  aborted: false,
  'http-status': true,
  'redirect-refused': false,
  'malformed-response': false,
  'headers-too-large': false,
  'body-too-large': false,
  'encoding-refused': false,
  'truncated-body': false,
  'malformed-body': true,
  'malformed-stream': true,
  'truncated-stream': false,
  'service-error': true,
}

export const saysMore = (kind: FailureKind): boolean => SAYS_MORE[kind]

/** The failure of a recorded exchange: its outcome is written as `kind: message` (see checks/evidence.ts). */
export function failureOf({
  outcome,
}: Pick<Evidence, 'outcome'>): { readonly kind: FailureKind; readonly message: string } | undefined {
  const colon = outcome.indexOf(': ')
  const kind = outcome.slice(0, Math.max(0, colon))
  if (!Object.hasOwn(SAYS_MORE, kind)) return undefined
  return { kind: kind as FailureKind, message: outcome.slice(colon + 2) }
}
