import type { Check, Evidence } from '../../records/index.ts'

export type Recorded = {
  readonly path?: string
  readonly body: Readonly<Record<string, unknown>>
  readonly outcome: string
  readonly status?: number
  readonly answer?: string
  readonly e2eMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** An exchange as a run keeps it, of a service that has another port by now. */
export function recorded({
  path = '/v1/completions',
  body,
  outcome,
  status,
  answer = '',
  e2eMs = 5,
  headers = {},
}: Recorded): Evidence {
  return {
    request: {
      method: 'POST',
      url: `http://127.0.0.1:1${path}`,
      headers: {
        'user-agent': 'infergate',
        'accept-encoding': 'identity',
        accept: 'application/json',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    },
    ...(status !== undefined && {
      response: {
        status,
        headers: { 'content-type': 'application/json' },
        body: answer,
        bodyBytes: Buffer.byteLength(answer),
        hops: 0,
      },
    }),
    timing: { sentAtMs: 0, e2eMs, chunkAtMs: [], reads: 1 },
    outcome,
    curl: 'curl recorded',
  }
}

export const failing = (evidence: Evidence, reason = `a generation failed: ${evidence.outcome}`): Check => ({
  ...{
    id: 'generation.answers',
    suite: 'generation',
    says: 'a small request gets a text',
    outcome: 'failed',
  },
  ...{ required: true, reason, durationMs: 1, evidence: [evidence] },
})
