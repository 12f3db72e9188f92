import { isRefusal } from '../judges/index.ts'
import type { Capability, GenerationRequest, Reply } from '../records/index.ts'
import { askWithPatience } from './ask-again.ts'
import type { CallOptions, Client } from './client.ts'

type GeneratingRoute = NonNullable<GenerationRequest['route']>

type Asked = {
  readonly routes: readonly GeneratingRoute[]
  readonly model?: string
  readonly signal?: AbortSignal
  readonly timeoutMs: number
}

const SHORT: GenerationRequest = { prompt: 'Say hello.', maxTokens: 1, temperature: 0 }

/** The smallest request that asks for each capability by a field of its own. */
const ASKS_FOR = {
  stream: { stream: true },
  seed: { seed: 1 },
  stop: { stop: ['~~'] },
  'json-schema': { constraint: { kind: 'json-schema', schema: { type: 'object' } } },
  'json-object': { constraint: { kind: 'json-object' } },
} as const satisfies Partial<Record<Capability, Partial<GenerationRequest>>>

/**
 * What a service that is no vLLM says it does not offer: each route refuses the field by its name. What is refused for another reason, or
 * on one route alone, stays a capability, for the checks to fail.
 */
export async function findRefused(
  client: Client,
  asked: Asked,
): Promise<Partial<Record<Capability, string>>> {
  const { fields } = client.dialect
  if (!fields) return {}
  const found = await Promise.all(
    (Object.keys(ASKS_FOR) as (keyof typeof ASKS_FOR)[]).map(async (capability) => {
      const field = fields[capability]
      return field === undefined
        ? []
        : [[capability, await refusalOf(client, asked, field, ASKS_FOR[capability])] as const]
    }),
  )
  return Object.fromEntries(found.flat().filter(([, why]) => why !== undefined))
}

/** Whether a gateway keeps a field to itself that its engine has: what it lets through is another contract than the engine's. */
export async function refusesOwnField(client: Client, asked: Asked): Promise<boolean> {
  const own = client.dialect.ownField
  return own !== undefined && (await refusalOf(client, asked, own, { wire: { [own]: true } })) !== undefined
}

/** In words, how all routes refuse a field; undefined where one of them takes it. */
async function refusalOf(
  client: Client,
  { routes, model, signal, timeoutMs }: Asked,
  field: string,
  more: Partial<GenerationRequest>,
): Promise<string | undefined> {
  const call: CallOptions = { timeoutMs, ...(signal && { signal }) }
  const said: string[] = []
  for (const route of routes) {
    const request: GenerationRequest = { ...SHORT, route, ...more }
    const { operation, body } = client.dialect.encode(request, model)
    const sent = JSON.stringify({ ...body, ...request.wire })
    const reply = await askWithPatience(() => client.send({ operation, body: sent }, call), signal)
    if (!namesAsUnknown(reply, field)) return undefined
    said.push(
      `${field} is refused: HTTP ${reply.received?.status}: ${client.redact(saidBy(reply)).slice(0, 200)}`,
    )
  }
  return said[0]
}

const NOT_OFFERED =
  /\b(?:not (?:\w+ )?(?:supported|permitted|allowed|available|implemented)|unsupported|unrecogni[sz]ed|unknown|unexpected|does(?: not|n't) support)|unsupported_|unknown_|extra_forbidden/i

/** Whether a request is refused because the service does not have this field, and says so. */
export function namesAsUnknown(reply: Reply, field: string): boolean {
  if (!isRefusal(reply) || reply.outcome !== 'failed') return false
  const { code, type, param } = reply.error ?? {}
  const said = saidBy(reply)
  const isNamed = param === field || said.includes(field)
  return isNamed && NOT_OFFERED.test([said, code, type].join(' '))
}

const saidBy = (reply: Reply): string => (reply.outcome === 'failed' ? (reply.error?.message ?? '') : '')
