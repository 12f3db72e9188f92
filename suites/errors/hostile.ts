import {
  type CheckTools,
  type Constraint,
  describeFailure,
  type GeneratingRoute,
  type Generation,
  type GenerationRequest,
  isRefusal,
  onRoute,
  PROBE,
  probe,
  quote,
  type Reply,
  routesOf,
  type Service,
  verifyRefused,
} from '#infergate'
import { isTooLong, tooLong } from './error-size.ts'

/** A request that a service has to refuse, or at least to survive. */
export type Hostile = (service: Service, route: GeneratingRoute) => Promise<Generation | Reply>

/** A hostile request may cost the service some work; more than this and it has hurt everybody else. */
const HOSTILE_MS = 10_000

export const generating =
  (wire: Record<string, unknown>, prompt = PROBE.prompt): Hostile =>
  ({ generate }, route) =>
    generate({ ...PROBE, route, prompt, wire })

/** A body as it is, one for each route: bytes that hold a prompt, or messages. */
export const sendBody =
  (bodies: Readonly<Record<GeneratingRoute, string | Uint8Array>>, contentType?: string): Hostile =>
  ({ send }, route) =>
    send({ operation: route, body: bodies[route], ...(contentType !== undefined && { contentType }) })

export const BROKEN_JSON: Hostile = sendBody({
  generate: '{"prompt": "Say hello.", ',
  chat: '{"messages": [{"role": "user", "content": "Say hello."}], ',
})
export const NO_PROMPT: Hostile = generating({ prompt: undefined, messages: undefined })
export const OBJECT_AS_PROMPT: Hostile = (service, route) =>
  generating({ [route === 'chat' ? 'messages' : 'prompt']: { text: 'Say hello.' } })(service, route)

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
  return [name, ({ generate }, route) => generate({ ...request, route })]
}

type RefusalOptions = {
  /** Default: each route that generates. */
  readonly routes?: readonly GeneratingRoute[]
  /** Public servers of other kinds answer such a request by design; they may, as long as they answer. */
  readonly promisedBy?: 'vLLM and ananke'
}

/** Each request on each route is a case, refused as its own fault; afterwards the service still answers. */
export async function refuses(
  { service, verify, sampled, inCase, notApplicable }: CheckTools,
  requests: Readonly<Record<string, Hostile>>,
  { routes = routesOf(service), promisedBy }: RefusalOptions = {},
): Promise<void> {
  const mayAnswer = promisedBy !== undefined && service.profile.engine === 'unknown'
  const answers: (Generation | Reply)[] = []
  for (const route of routes)
    for (const [name, send] of Object.entries(requests))
      await inCase(onRoute(service, name, route), async () => {
        const answer = await send(service, route)
        answers.push(answer)
        if (mayAnswer && answer.outcome === 'completed')
          notApplicable(`only ${promisedBy} promise to refuse it`)
        verifyRefused(answer, `not refused as a bad request: ${describe(answer)}`)
        verify(!isTooLong(answer), tooLong(answer), answer)
      })
  sampled(answers.length)
  await probe(service)
  if (mayAnswer && answers.every(({ outcome }) => outcome === 'completed'))
    notApplicable(`only ${promisedBy} promise to refuse it; here it is ${describe(answers[0] as Reply)}`)
}

/** Served or refused, either is fine; hanging or dying is not. */
export async function survives(
  { service, verify, inCase }: CheckTools,
  [name, send]: [string, Hostile],
  routes: readonly GeneratingRoute[] = routesOf(service),
): Promise<void> {
  const hurried: Service = {
    ...service,
    generate: (request) => service.generate(request, { timeoutMs: HOSTILE_MS }),
  }
  for (const route of routes)
    await inCase(onRoute(service, name, route), async () => {
      const answer = await send(hurried, route)
      verify(answer.outcome === 'completed' || isRefusal(answer), `${name}: ${describe(answer)}`, answer)
      await probe(service)
    })
}

export function describe(answer: Generation | Reply): string {
  if (answer.outcome === 'failed') return describeFailure(answer)
  return `HTTP ${answer.received?.status ?? 200} with ${quote(answer.text)}, as if nothing were wrong`
}

export const statusOf = (answer: Generation | Reply | undefined): number | undefined =>
  answer?.received?.status

/** Whether a body came that is no JSON: a page or a line of what stands before the application, which answers in JSON. */
export const isOfTheEdge = (answer: Generation | Reply): boolean => /^\s*[^\s[{]/.test(answer.body ?? '')

export function onlyVllm({ service, notApplicable }: CheckTools, what: string): void {
  if (service.profile.engine !== 'vllm') notApplicable(`only vLLM promises to refuse ${what}`)
}

export function onlyKnown({ service, notApplicable }: CheckTools, what: string): void {
  if (service.profile.engine === 'unknown') notApplicable(`only vLLM and ananke promise to refuse ${what}`)
}
