import {
  type CheckTools,
  describeFailure,
  isRefusal,
  quoteValue,
  type Reply,
  rawBody,
  type Service,
  tokensToThink,
  tokensWithin,
} from '#infergate'
import { readStreamed, readWhole, type Said } from './read-calls.ts'
import { type Tool, toolOnChat } from './tool.ts'

/** One request on the chat route with tools. */
export type Asked = {
  readonly tools?: readonly Tool[]
  readonly strict?: boolean
  readonly stream?: boolean
  readonly prompt?: string
  readonly maxTokens?: number
  /** Wire fields as they are. */
  readonly wire?: Readonly<Record<string, unknown>>
}

export type Answered = Said & {
  readonly reply: Reply
  readonly cap: number
}

/** No model calls a tool for this by itself: a call shows that the service forced it. */
const OTHER_PROMPT = 'Say hello.'
/** Room for two calls whose bytes are a token each. */
const CALL_TOKENS = 160
const LEAST_TOKENS = 64

/**
 * Asks with tools, streamed or not, and reads what a client would. Tools are optional: a service that refuses them as the request's
 * own fault (vLLM without a parser, a model without a template for them) has said so, and the promise does not concern it.
 */
export async function ask(tools: CheckTools, asked: Asked): Promise<Answered> {
  const { answered, refused } = await tryAsk(tools, asked)
  return answered ?? tools.notApplicable(`it is refused: ${refused}`)
}

type Tried =
  | { readonly answered: Answered; readonly refused?: never }
  | { readonly answered?: never; readonly refused: string }

/** The same where a refusal is an answer too. */
export async function tryAsk(tools: CheckTools, asked: Asked): Promise<Tried> {
  const { service, verify } = tools
  const cap = await capOf(service, asked.maxTokens)
  const reply = await service.send({ operation: 'chat', body: bodyOf(service, asked, cap) })
  if (isRefusal(reply))
    return { refused: `POST ${new URL(reply.sent.url).pathname}: ${describeFailure(reply)}` }
  verify(reply.outcome === 'completed', describeFailure(reply), reply)
  const { text, json } = reply as Extract<Reply, { outcome: 'completed' }>
  const said = asked.stream ? readStreamed(text) : readWhole(json)
  if (said.error === undefined) return { answered: { ...said, reply, cap } }
  const words = quoteValue(said.error, 300)
  verify(isRequestsFault(Object(said.error).code), `the answer is an error: ${words}`, reply)
  return { refused: words }
}

/** In a stream vLLM says by an error event what is a status elsewhere. */
const isRequestsFault = (code: unknown): boolean =>
  (Number(code) >= 400 && Number(code) <= 499) || Number(code) === 501

function bodyOf(service: Service, asked: Asked, cap: number): string {
  const { tools, strict, stream, prompt = OTHER_PROMPT, wire } = asked
  return rawBody(service, {
    messages: [{ role: 'user', content: prompt }],
    max_tokens: cap,
    temperature: 0,
    ...service.profile.reasoning?.off,
    ...(tools && { tools: tools.map((tool) => toolOnChat(tool, strict)) }),
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
    ...wire,
  })
}

/** A model that always thinks needs room for that too. */
async function capOf(service: Service, wanted = CALL_TOKENS): Promise<number> {
  const thought = service.profile.reasoning?.off ? 0 : tokensToThink(service)
  return tokensWithin(service, wanted + thought, Math.min(wanted, LEAST_TOKENS) + thought)
}
