import { isRefusal } from '../judges/index.ts'
import { createRandom, freshSeed } from '../random.ts'
import type { GenerationRequest, Reasoning, Reply, Route } from '../records/index.ts'
import { askWithPatience } from './ask-again.ts'
import type { CallOptions, Client } from './client.ts'
import { describeThrown } from './describe-thrown.ts'
import type { Dialect, SpellingFacts } from './dialect.ts'
import { splitThought, withThinking } from './thinking.ts'

/** A drawn word of so many characters: no model says it by chance, and each of its bytes may be a token. */
const MARKER_LENGTH = 6
const MAX_TOKENS = 12
/** At two tokens a second and with one place for all of them, each is still answered. */
const TIMEOUT_MS = 30_000

type GeneratingRoute = 'generate' | 'chat'

/** `ignored`: an answer came, and not the one that was allowed. */
type Try = {
  readonly spelling: string
  /** The field as it was sent. */
  readonly field: string
  readonly route: GeneratingRoute
  readonly came: 'bound' | 'ignored' | 'refused' | 'failed'
  readonly said: string
}

type Question = {
  readonly routes: readonly GeneratingRoute[]
  readonly model?: string
  readonly everywhere: boolean
  readonly reasoning?: Reasoning
}

/**
 * Asks for the one answer that a constraint allows, once in each spelling that the dialect knows, one route after the other: the
 * spelling that binds is the service's. With `everywhere` each route is asked; else the rest are once one has bound.
 */
export async function askSpellings(
  client: Client,
  { routes, model, everywhere, reasoning }: Question,
  signal?: AbortSignal,
): Promise<SpellingFacts | undefined> {
  const { spellings, adapt } = client.dialect
  if (!spellings || !adapt || routes.length === 0) return undefined
  const call: CallOptions = { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) }
  const tries: Try[] = []
  for (const route of routes) {
    const asked = spellings.map((spelling) =>
      askOnce(client, adapt({ constraints: spelling }), call, { spelling, route, model, reasoning }),
    )
    tries.push(...(await Promise.all(asked)))
    if (!everywhere && tries.some(({ came }) => came === 'bound')) break
  }
  return settleTries(spellings, tries)
}

function settleTries(spellings: readonly string[], tries: readonly Try[]): SpellingFacts {
  const found = (came: Try['came']) =>
    spellings.find((spelling) => tries.some((one) => one.spelling === spelling && one.came === came))
  const [binds, fails] = [found('bound'), found('failed')]
  const on = tries
    .filter(({ spelling, came }) => spelling === binds && came === 'bound')
    .map(({ route }) => route)
  return {
    ...(binds !== undefined && { binds, on }),
    ...(fails !== undefined && { fails }),
    ignoresAll: tries.every(({ came }) => came === 'ignored'),
    came: tries.map(({ field, route, said }) => `${field} (${ROUTE_NAME[route]}): ${said}`).join('; '),
  }
}

const ROUTE_NAME: Readonly<Record<GeneratingRoute, Route>> = { generate: 'completions', chat: 'chat' }

async function askOnce(
  client: Client,
  variant: Dialect,
  call: CallOptions,
  {
    spelling,
    route,
    model,
    reasoning,
  }: Pick<Try, 'spelling' | 'route'> &
    Record<'model', string | undefined> &
    Record<'reasoning', Reasoning | undefined>,
): Promise<Try> {
  const marker = createRandom(freshSeed()).marker(MARKER_LENGTH)
  const short: GenerationRequest = { prompt: 'Say hello.', maxTokens: MAX_TOKENS, temperature: 0, route }
  const plain = route === 'chat' && reasoning ? withThinking(short, reasoning) : short
  const { operation, body } = variant.encode(
    { ...plain, constraint: { kind: 'choice', choices: [marker] } },
    model,
  )
  const known = Object.keys(variant.encode(plain, model).body)
  const field = Object.keys(body).find((name) => !known.includes(name)) ?? spelling
  const ask = () => client.send({ operation, body: JSON.stringify({ ...body, ...plain.wire }) }, call)
  let reply = await askWithPatience(ask, call.signal)
  // One failure may be chance; only what fails again is the service's answer to this spelling.
  if (reply.outcome === 'failed' && !isRefusal(reply)) reply = await askWithPatience(ask, call.signal)
  return { spelling, field, route, ...judge(client, reply, operation, marker) }
}

function judge(
  client: Client,
  reply: Reply,
  operation: GeneratingRoute,
  marker: string,
): Pick<Try, 'came' | 'said'> {
  if (reply.outcome === 'failed') {
    const said = reply.status === undefined ? reply.failure : `HTTP ${reply.status}`
    // Turned away for good: nothing was learnt, neither of this spelling nor of the service.
    return { came: isRefusal(reply) || reply.status === 429 ? 'refused' : 'failed', said }
  }
  try {
    const { text: whole, error } = client.dialect.decode(reply.json, operation)
    const text = splitThought(whole)?.text ?? whole
    if (error) return { came: 'failed', said: client.redact(error.message) }
    if (text.trim() === marker) return { came: 'bound', said: 'it binds' }
    return {
      came: 'ignored',
      said: `${JSON.stringify(client.redact(text).slice(0, 40))} where only ${JSON.stringify(marker)} is allowed`,
    }
  } catch (thrown) {
    return { came: 'failed', said: client.redact(describeThrown(thrown)) }
  }
}
