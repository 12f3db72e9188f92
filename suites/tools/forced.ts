import { type CheckTools, quote, quoteValue } from '#infergate'
import { type Answered, type Asked, tryAsk } from './ask.ts'
import { type Expected, holdCalls } from './hold-calls.ts'
import { nameOnly, type Tool } from './tool.ts'

/** A choice that forces a call, as it stands on the wire. */
export type Forced = Asked & { readonly tools: readonly Tool[] }

export const required = (tools: readonly Tool[], more: Asked = {}): Forced => ({
  ...more,
  ...{ tools, strict: true },
  wire: { tool_choice: 'required', ...more.wire },
})

export const named = (tool: Tool, tools: readonly Tool[], more: Asked = {}): Forced => ({
  ...more,
  ...{ tools, strict: true },
  wire: { tool_choice: nameOnly(tool), ...more.wire },
})

/** A forced call: OpenAI says `stop` where the tool was named, and so does vLLM; many say `tool_calls` there too. */
export const FINISH = { required: ['tool_calls'], named: ['tool_calls', 'stop'] } as const

/**
 * Holds an answer that had to call a tool. vLLM promises that wherever it takes the request. Another engine may be one that knows no
 * `tool_choice` and drops it, as servers do with optional fields: one that answers each form of it with a text, streamed or not, is
 * such a server, and the promise does not concern it. One that obeys any form of it has the field, and then every form counts.
 */
export async function holdForced(tools: CheckTools, answer: Answered, expected: Expected): Promise<void> {
  const { service, verify, notApplicable } = tools
  await holdCalls(tools, answer, expected)
  if (answer.calls.length > 0) return
  const said = `it says ${quote(answer.content)} with finish reason ${quoteValue(answer.finish)}`
  if (answer.finish === 'length')
    notApplicable(`the answer was cut at its ${answer.cap} tokens before a call was whole: ${said}`)
  if (service.profile.engine !== 'vllm' && !(await obeysChoice(tools, expected.among)))
    notApplicable(`no form of tool_choice has an effect here: ${said}`)
  verify(false, `the answer calls no tool; ${said}`, answer.reply)
}

/** Whether any form of `tool_choice` made the model call a tool for a prompt that asks for none. */
export async function obeysChoice(tools: CheckTools, among: readonly Tool[]): Promise<boolean> {
  for (const tool of among)
    for (const form of [named(tool, among), required(among)]) {
      const { answered } = await tryAsk(tools, form)
      if (answered && answered.calls.length > 0) return true
    }
  return false
}
