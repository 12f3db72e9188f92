import { type CheckTools, quote, quoteValue } from '#infergate'
import type { Streamed } from './read-events.ts'
import type { Responded } from './read-response.ts'

/** So few tokens may be the markers of a turn, without a word. */
export const MARKER_TOKENS = 3

/** Holds a response to what each client reads of it. */
export function holdResponse({ service, verify }: CheckTools, response: Responded): void {
  const { reply, object, id, status, error, items, text, outputText, calls, usage } = response
  verify(
    object === 'response',
    `the object is ${quoteValue(object)}, not "response": ${quote(reply.body ?? '')}`,
    reply,
  )
  verify(typeof id === 'string' && id !== '', `the response has no id`, reply)
  verify(
    status === 'completed' || status === 'incomplete',
    `the status is ${quoteValue(status)}, not "completed" or "incomplete"; its error is ${quoteValue(error)}`,
    reply,
  )
  verify(
    error === undefined || error === null,
    `the status is ${quoteValue(status)} beside an error: ${quoteValue(error, 300)}`,
    reply,
  )
  // A model may end inside its thought, by chance.
  const isUnsaid =
    status === 'incomplete' || items.includes('reasoning') || Number(usage?.output) <= MARKER_TOKENS
  verify(
    text !== '' || calls.length > 0 || isUnsaid,
    `the response is completed, and its items (${items.join(', ') || 'none'}) hold no text and no call`,
    reply,
  )
  verify(
    typeof outputText !== 'string' || outputText === text,
    `output_text is ${quoteValue(outputText)}, and the items say ${quote(text)}`,
    reply,
  )
  if (service.profile.capabilities.includes('usage')) holdUsage(verify, response)
}

function holdUsage(verify: CheckTools['verify'], { usage, reply, text }: Responded): void {
  const { input, output, total } = usage ?? {}
  verify(
    [input, output, total].every(Number.isSafeInteger),
    `the usage lacks a count: input_tokens ${input}, output_tokens ${output}, total_tokens ${total}`,
    reply,
  )
  verify(Number(input) > 0, `the usage counts ${input} input tokens`, reply)
  verify(
    Number(output) > 0 || text === '',
    `the usage counts ${output} output tokens for ${quote(text)}`,
    reply,
  )
  verify(
    Number(total) === Number(input) + Number(output),
    `total_tokens ${total} is not ${input} + ${output}`,
    reply,
  )
}

/** The response that a stream ends with, once its events are in order. */
export function holdStream(tools: CheckTools, { flaw, last, reply }: Streamed): Responded {
  tools.verify(flaw === undefined && last !== undefined, flaw ?? '', reply)
  const response = last as Responded
  holdResponse(tools, response)
  return response
}
