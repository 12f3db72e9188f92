import { inCommon, runCheck, Session, type SessionOptions } from '../checks/index.ts'
import type { DeclaredPromise } from '../promises/index.ts'
import type { Check, Evidence, Repeat } from '../records/index.ts'
import { askedBy, curlOf, plainHeaders } from './requests.ts'

const RUNS = 3

/** Runs the check itself again: for a failure that no single exchange shows. It fails the same when it gives the same reason. */
export async function repeatCheck(
  promise: DeclaredPromise,
  recorded: Check,
  {
    maxMs,
    onStep = () => {},
    ...options
  }: Omit<SessionOptions, 'deadlineMs'> & {
    readonly maxMs: number
    readonly onStep?: (says: string) => void
  },
): Promise<Repeat> {
  onStep(`running ${recorded.id} again, up to ${RUNS} times: no single request shows what it found`)
  const endMs = options.clock.monotonicMs() + maxMs
  await using session = await Session.open({ ...options, evidence: 'all', deadlineMs: () => endMs })
  let [shown, of, requests] = [0, 0, 0]
  let last: Check | undefined
  while (of < RUNS && session.leftMs() > 0) {
    const check = await runCheck(promise, session)
    // What was cut by the time says nothing of the service.
    if (check.outcome === 'inconclusive' && of > 0) break
    of++
    requests += check.evidence?.length ?? 0
    if (check.outcome !== 'failed') continue
    shown++
    last = check
  }
  const came: Evidence | undefined = last?.evidence?.[0]
  const asked = came && askedBy(came, session.client)
  const curl =
    came && asked && typeof asked !== 'string'
      ? curlOf(came.request, { ...asked, headers: plainHeaders(asked) })
      : recorded.evidence?.[0]?.curl
  return {
    ...{ tried: true, by: 'check', sign: signOf(recorded), recorded: { shown, of }, requests, changes: [] },
    at: options.address.baseUrl ?? Object.values(options.address.urls ?? {})[0] ?? '',
    ...(curl !== undefined && { curl }),
    ...(came && { came }),
    whole:
      'what it found cannot be told from one answer, so the check itself was run again, and its request is as the check sends it',
  }
}

const signOf = ({ id, reason = '' }: Check): string => `${id} fails: ${inCommon(reason, '').slice(0, 300)}`
