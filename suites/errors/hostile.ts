import {
  type CheckTools,
  type Constraint,
  describeFailure,
  type Generation,
  type GenerationRequest,
  isRefusal,
  PROBE,
  probe,
  quote,
  type Reply,
  type Service,
} from '#infergate'

/** A request that a service has to refuse, or at least to survive. */
export type Hostile = (service: Service) => Promise<Generation | Reply>

/** A hostile request may cost the service some work; more than this and it has hurt everybody else. */
const HOSTILE_MS = 10_000

export const generating =
  (wire: Record<string, unknown>, prompt = PROBE.prompt): Hostile =>
  ({ generate }) =>
    generate({ ...PROBE, prompt, wire })

export const sendBody =
  (body: string | Uint8Array): Hostile =>
  ({ send }) =>
    send({ operation: 'generate', body })

export const BAD_SCHEMAS: readonly (readonly [string, Constraint])[] = [
  ['an unknown type in a schema', { kind: 'json-schema', schema: { type: 'strnig' } }],
  ['a list as properties', { kind: 'json-schema', schema: { type: 'object', properties: ['a'] } }],
  ['a $ref to nothing', { kind: 'json-schema', schema: { $ref: '#/$defs/absent' } }],
]

export const BAD_PATTERNS: readonly (readonly [string, Constraint])[] = [
  ['an unclosed group', { kind: 'regex', pattern: '(unclosed' }],
  ['a reversed range', { kind: 'regex', pattern: '[z-a]' }],
  ['a repetition of nothing', { kind: 'regex', pattern: '*a' }],
]

export function withConstraint([name, constraint]: readonly [string, Constraint]): [string, Hostile] {
  const request: GenerationRequest = { ...PROBE, constraint }
  return [name, ({ generate }) => generate(request)]
}

/** Each request is a case, refused as its own fault; afterwards the service still answers. */
export async function refuses(
  { service, verify, sampled, inCase }: CheckTools,
  requests: Record<string, Hostile>,
): Promise<(Generation | Reply)[]> {
  const answers: (Generation | Reply)[] = []
  for (const [name, send] of Object.entries(requests))
    await inCase(name, async () => {
      const answer = await send(service)
      answers.push(answer)
      verify(isRefusal(answer), `not refused as a bad request: ${describe(answer)}`, answer)
    })
  sampled(answers.length)
  await probe(service)
  return answers
}

/** Served or refused, either is fine; hanging or dying is not. */
export async function survives(
  { service, verify }: CheckTools,
  [name, send]: [string, Hostile],
): Promise<void> {
  const answer = await send({
    ...service,
    generate: (request) => service.generate(request, { timeoutMs: HOSTILE_MS }),
  })
  verify(answer.outcome === 'completed' || isRefusal(answer), `${name}: ${describe(answer)}`, answer)
  await probe(service)
}

export function describe(answer: Generation | Reply): string {
  if (answer.outcome === 'failed') return describeFailure(answer)
  return `HTTP ${answer.received?.status ?? 200} with ${quote(answer.text)}, as if nothing were wrong`
}

export const statusOf = (answer: Generation | Reply | undefined): number | undefined =>
  answer?.received?.status

export function onlyVllm({ service, notApplicable }: CheckTools, what: string): void {
  if (service.profile.engine !== 'vllm') notApplicable(`only vLLM promises to refuse ${what}`)
}

export function onlyKnown({ service, notApplicable }: CheckTools, what: string): void {
  if (service.profile.engine === 'unknown') notApplicable(`only vLLM and ananke promise to refuse ${what}`)
}
