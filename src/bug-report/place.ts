import type { Client } from '../client/index.ts'
import type { Evidence, FailureKind, Operation, Place, Run } from '../records/index.ts'
import { failureOf } from './failure-kinds.ts'
import type { Sign } from './sign.ts'

const NETWORK: readonly FailureKind[] = ['dns', 'connect', 'tls']
/** What proxies answer for a service that they do not reach. */
const GATEWAY: readonly number[] = [502, 503, 504]

type Seen = { readonly evidence?: Evidence; readonly sign?: Sign; readonly saidHealthy: boolean }

/** Which part of the service the answer speaks of. It is a conclusion, so it comes with what it was drawn from. */
export function placeOf({ evidence, sign, saidHealthy }: Seen): Pick<Place, 'part' | 'because'> {
  if (sign?.by === 'constraint')
    return {
      part: 'engine',
      because: ['the answer was generated and arrived whole; what does not hold is what was generated'],
    }
  if (sign?.by === 'arrival')
    return {
      part: 'edge',
      because: [
        'the events arrived together: something between the engine and the client (a proxy, or the front function) held them back',
      ],
    }
  const failure = evidence && failureOf(evidence)
  if (!failure || !evidence) return { part: 'not known', because: ['no single exchange shows it'] }
  return ofFailure(failure.kind, evidence, saidHealthy)
}

function ofFailure(
  kind: FailureKind,
  { response, timing }: Evidence,
  saidHealthy: boolean,
): Pick<Place, 'part' | 'because'> {
  if (NETWORK.includes(kind)) return { part: 'network', because: [`${kind}: no HTTP answer came at all`] }
  if (kind === 'timeout' || kind === 'reset')
    return saidHealthy
      ? {
          part: 'engine',
          because: [
            'health answered meanwhile, so the network and the web server work; what generates did not answer',
          ],
        }
      : { part: 'not known', because: ['neither an answer came nor did health say yes'] }
  if (!response) return { part: 'not known', because: [`${kind}, without an HTTP answer`] }
  const type = response.headers['content-type'] ?? 'no content type'
  if (GATEWAY.includes(response.status) || (response.body !== '' && !/json|event-stream/.test(type)))
    return {
      part: 'edge',
      because: [`HTTP ${response.status} with ${type} is not how the service itself writes its errors`],
    }
  if (kind === 'truncated-stream' || kind === 'truncated-body')
    return {
      part: 'edge',
      because: [
        `${timing.chunkAtMs.length} events of the answer had come when the connection ended: it was generated, and was lost on the way or by the process that sent it`,
      ],
    }
  if (timing.chunkAtMs.length > 0)
    return {
      part: 'engine',
      because: [`${timing.chunkAtMs.length} events of the answer had come before the error`],
    }
  if (response.status === 200)
    return {
      part: 'front function',
      because: [
        `HTTP 200 in the service's own form, so no gateway made it`,
        `no text was generated before it; it came after ${Math.round(timing.e2eMs)} ms`,
        ...(saidHealthy ? ['health was green: it asks another function than the one that fails'] : []),
      ],
    }
  return {
    part: 'engine',
    because: [`HTTP ${response.status} in the service's own form, so no gateway made it`],
  }
}

const SAY_OF_THE_SERVICE = ['health.answers', 'health.lists-its-model', 'lifecycle.metrics-are-there']

/** What the run knows of health, models and metrics. */
export function meanwhileIn({ boots, checks }: Run): readonly string[] {
  const starts = boots
    .slice(-1)
    .flatMap((boot) => [
      boot.healthMs === undefined
        ? `start ${boot.index}: health never said yes`
        : `start ${boot.index}: health said yes after ${Math.round(boot.healthMs)} ms`,
      ...(boot.reason === undefined ? [] : [`start ${boot.index}: ${boot.reason}`]),
    ])
  const asked = checks.flatMap((check) => (check.evidence ?? []).map((one) => describe(one)))
  const suite = checks.filter(
    ({ id, reason }) => SAY_OF_THE_SERVICE.includes(id) && !reason?.startsWith('not run'),
  )
  return [
    ...starts,
    ...suite.map(
      ({ id, outcome, reason }) => `${id}: ${outcome}${reason === undefined ? '' : `, ${reason}`}`,
    ),
    ...new Set(asked.filter((one) => one !== undefined)),
  ]
}

export const saidHealthyIn = ({ boots, checks }: Run): boolean =>
  boots.at(-1)?.healthMs !== undefined ||
  checks.some(({ id, outcome }) => id === 'health.answers' && outcome === 'passed')

function describe({ request, response }: Evidence): string | undefined {
  const path = URL.parse(request.url)?.pathname ?? ''
  if (request.method !== 'GET' || !/health|models|metrics/.test(path)) return undefined
  return `GET ${path}: ${response ? `HTTP ${response.status}` : 'no answer'}`
}

const LOOK_MS = 5_000
const LOOKED_AT: readonly Operation[] = ['health', 'models', 'metrics']

/** The same, asked now; an operation that the service does not have is left out. */
export async function lookNow(client: Client, signal?: AbortSignal): Promise<readonly string[]> {
  const looks = LOOKED_AT.filter((operation) => client.has(operation)).map(async (operation) => {
    const reply = await client.call(operation, { timeoutMs: LOOK_MS, ...(signal && { signal }) })
    const said = reply.outcome === 'completed' ? `HTTP ${reply.status}` : `${reply.failure}, ${reply.message}`
    return `${operation}: ${said}${bodyOf(operation, client.redact(reply.received?.body ?? ''))}`
  })
  return Promise.all(looks)
}

/** Counters are long, and lists of models may be: what runs and what waits is what tells. */
function bodyOf(operation: Operation, body: string): string {
  if (operation !== 'metrics') return body === '' ? '' : `, ${body.slice(0, 200)}`
  const lines = body
    .split('\n')
    .filter((line) => /^[a-z_:]*(?:num_requests_(?:running|waiting)|requests_in_flight)/.test(line))
  return lines.length === 0 ? '' : `, ${lines.slice(0, 4).join('; ')}`
}
