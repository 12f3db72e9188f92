import {
  type CheckTools,
  describeFailure,
  isRefusal,
  quote,
  type Reply,
  rawBody,
  tokensWithin,
} from '#infergate'
import { readEvents, type Streamed } from './read-events.ts'
import { type Responded, readResponse } from './read-response.ts'

const PATH = '/v1/responses'
/** OpenAI refuses a smaller cap than this. */
export const LEAST_CAP = 16

/** One request in the fields of the route. */
export type Asked = { readonly input: unknown; readonly max_output_tokens?: number } & Readonly<
  Record<string, unknown>
>

export const STORY = 'Tell me a story.'

/** The answer to a request that a service with this route has to serve. */
export async function ask(tools: CheckTools, asked: Asked): Promise<Responded> {
  const reply = await served(tools, asked)
  return readResponse(reply.json, reply)
}

export async function stream(tools: CheckTools, asked: Asked): Promise<Streamed> {
  const reply = await served(tools, { ...asked, stream: true })
  return readEvents(reply)
}

type Served = Extract<Reply, { outcome: 'completed' }>

/**
 * The route is optional, and so is each of its fields on a server other than vLLM: one that is not there (404, 405, 501), or that such a
 * server refuses, is none of the promise's.
 */
async function served(tools: CheckTools, asked: Asked): Promise<Served> {
  const { service, verify, notApplicable } = tools
  const reply = await send(tools, asked)
  if (isAbsent(reply))
    notApplicable(`POST ${PATH} is HTTP ${reply.received?.status}: ${quote(reply.body ?? '')}`)
  if (isRefusal(reply) && service.profile.engine !== 'vllm')
    notApplicable(`it is refused: ${describeFailure(reply)}`)
  verify(reply.outcome === 'completed', describeFailure(reply), reply)
  // A web page answers any path, and says so by being none of this route's two forms.
  if (service.profile.engine !== 'vllm' && /^\s*</.test(reply.body ?? ''))
    notApplicable(`POST ${PATH} gives a page: ${quote(reply.body ?? '')}`)
  return reply as Served
}

/** Whatever comes of it. */
export async function send({ service }: CheckTools, asked: Asked): Promise<Reply> {
  const cap = asked.max_output_tokens ?? (await tokensWithin(service, 64, LEAST_CAP))
  return service.send({
    path: PATH,
    body: rawBody(service, { max_output_tokens: cap, temperature: 0, ...asked }),
  })
}

export const isAbsent = (reply: Reply): boolean => [404, 405, 501].includes(reply.received?.status ?? 0)
