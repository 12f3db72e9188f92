import { type CheckTools, contextTokens, judgeJson, quote, quoteValue, scanJson } from '#infergate'
import type { Answered } from './ask.ts'
import type { Call } from './read-calls.ts'
import type { Tool } from './tool.ts'

export type Expected = {
  /** The tools that may be called. */
  readonly among: readonly Tool[]
  /** The finish reasons of an answer whose calls are whole; `length` is always honest for one that is cut. */
  readonly finish: readonly string[]
  readonly atMost?: number
  /** Where the model chooses by itself nothing holds it to the tools that are there, nor to their schemas. */
  readonly free?: boolean
}

/** Holds whatever calls an answer has to what each client relies on. */
export async function holdCalls(
  tools: CheckTools,
  answer: Answered,
  { among, finish, atMost, free = false }: Expected,
): Promise<void> {
  const { verify } = tools
  const { calls, content, reply, flaw } = answer
  verify(flaw === undefined, `${flaw}`, reply)
  verify(
    answer.finish !== 'tool_calls' || calls.length > 0,
    `the finish reason is "tool_calls", and the answer holds no tool call; its content is ${quote(content)}`,
    reply,
  )
  verify(
    atMost === undefined || calls.length <= atMost,
    `${calls.length} calls (${calls.map(({ name }) => name).join(', ')}), where at most ${atMost} is allowed`,
    reply,
  )
  for (const call of calls) {
    isCall(tools, answer, call)
    if (!free) await isBound(tools, answer, call, among)
  }
  const ids = calls.map(({ id }) => id)
  verify(
    new Set(ids).size === ids.length,
    `two calls have one id, ${quoteValue(ids[0])}, so no result can be told from another's`,
    reply,
  )
  verify(
    calls.length === 0 || [...finish, 'length'].includes(String(answer.finish)),
    `the answer holds ${calls.length === 1 ? 'a call' : `${calls.length} calls`}, yet its finish reason is ${quoteValue(answer.finish)}, not ${finish.join(' or ')}`,
    reply,
  )
  await isCutHonestly(tools, answer)
}

/** What a client needs of any call to act on it. */
function isCall({ verify }: CheckTools, { reply, content }: Answered, call: Call): void {
  const { id, type, name, arguments: given } = call
  verify(typeof name === 'string' && name !== '', `a call names no tool: ${quoteValue(name)}`, reply)
  verify(
    typeof id === 'string' && id !== '',
    `the call of ${name} has no id (${quoteValue(id)}), so its result cannot be sent back`,
    reply,
  )
  verify(
    // OpenAI's own runner passes over a call of any other type.
    type === 'function',
    `the call of ${name} has the type ${quoteValue(type)}, not "function"`,
    reply,
  )
  verify(
    typeof given === 'string',
    `the arguments of ${name} are no text that holds JSON: ${quoteValue(given)}`,
    reply,
  )
  const text = withoutSpace(String(given))
  verify(
    text.length < 4 || !withoutSpace(content).includes(text),
    `the call of ${name} stands in the content as well: ${quote(content)}`,
    reply,
  )
}

/** What a choice that forces a call promises beside. */
async function isBound(
  { service, verify, inconclusive }: CheckTools,
  { reply, finish }: Answered,
  { name, arguments: given }: Call,
  among: readonly Tool[],
): Promise<void> {
  const called = among.find((tool) => tool.name === name)
  const names = among.map((tool) => tool.name).join(' or ')
  verify(called !== undefined, `the answer calls ${quoteValue(name)}, not ${names}`, reply)
  const text = String(given)
  const { verdict, reason } = await judgeJson(text, called?.schema ?? true)
  if (verdict === 'unjudged') inconclusive(`${reason}`, reply)
  const isCut = verdict === 'truncated' && finish === 'length'
  // Strict arguments are OpenAI's promise; another engine is held to it where it was seen to hold an answer to a schema.
  const isLax = verdict === 'invalid' && !bindsSchemas(service) && isObjectText(text)
  verify(
    verdict === 'valid' || isCut || isLax,
    `the arguments of ${name} do not keep its schema: ${reason}; they are ${quote(text)}`,
    reply,
  )
}

const bindsSchemas = ({ profile }: CheckTools['service']): boolean =>
  profile.engine === 'vllm' || profile.capabilities.includes('json-schema')

/** Whatever a schema says, the arguments are an object, and not a text that holds one. */
function isObjectText(text: string): boolean {
  const scan = scanJson(text)
  return scan.ending === 'complete' && Object(scan.value) === scan.value && !Array.isArray(scan.value)
}

const withoutSpace = (text: string): string => text.replace(/\s+/g, '')

/** `length` before the cap and before the end of the context says that an answer was cut which was not. */
async function isCutHonestly({ service, verify }: CheckTools, answer: Answered): Promise<void> {
  const { finish, promptTokens = 0, completionTokens, cap, reply } = answer
  if (finish !== 'length' || completionTokens === undefined) return
  const room = ((await contextTokens(service)) ?? Number.POSITIVE_INFINITY) - promptTokens - 1
  verify(
    completionTokens >= Math.min(cap, room),
    `the finish reason is "length" after ${completionTokens} of ${cap} tokens`,
    reply,
  )
}
