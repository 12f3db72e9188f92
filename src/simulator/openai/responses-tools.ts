import { type Fields, isObject } from '../fields.ts'
import { badValue } from '../refusal.ts'
import { invalid } from './invalid.ts'
import { assertOffered, readFunction, readList, type Tool, type ToolAsk, type ToolChoice } from './tools.ts'

/** `tools` and `tool_choice` as this route has them: a function is flat, and tools of other kinds stay unused. */
export function readResponseTools(fields: Fields): ToolAsk | undefined {
  const given = fields.raw('tools') ?? []
  const tools = readList(given, readTool).filter((tool) => tool !== undefined)
  const choice = readChoice(fields.raw('tool_choice') ?? 'auto')
  if (choice === 'required' && tools.length === 0)
    throw badValue('tool_choice', "Tool choice 'required' must be specified with 'tools' parameter.")
  assertOffered(choice, tools, "Tool choice 'function' not found in 'tools' parameter.")
  return tools.length > 0
    ? { tools, choice, parallel: fields.boolean('parallel_tool_calls') ?? true }
    : undefined
}

function readTool(tool: unknown, index: number): Tool | undefined {
  if (!isObject(tool) || typeof tool['type'] !== 'string')
    throw invalid(`tools.${index}.FunctionTool.type`, 'missing', 'Field required')
  return tool['type'] === 'function' ? readFunction(tool, `tools.${index}.FunctionTool`) : undefined
}

function readChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'auto' || choice === 'required') return choice
  if (isObject(choice) && choice['type'] === 'function' && typeof choice['name'] === 'string')
    return { name: choice['name'] }
  if (isObject(choice) && choice['type'] === 'allowed_tools')
    return choice['mode'] === 'required' ? 'required' : 'auto'
  throw invalid('tool_choice', 'literal_error', "Input should be 'none', 'auto' or 'required'")
}
