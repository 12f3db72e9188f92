import { type Fields, isObject } from '../fields.ts'
import { badValue } from '../refusal.ts'
import { invalid, missing } from './invalid.ts'

/** A tool that a request offers. */
export type Tool = {
  readonly name: string
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Its schema must compile; that of another tool is a hint. */
  readonly strict: boolean
}

export type ToolChoice = 'none' | 'auto' | 'required' | { readonly name: string }

/** What a request says of tools; absent where it offers none. */
export type ToolAsk = {
  readonly tools: readonly Tool[]
  readonly choice: ToolChoice
  /** `false`: at most one call. */
  readonly parallel: boolean
}

const USAGE = 'Correct usage: `{"type": "function", "function": {"name": "my_function"}}`'

/** `tools` and `tool_choice` of a chat request, in the order in which vLLM looks at them. */
export function readTools(fields: Fields): ToolAsk | undefined {
  const given = fields.raw('tools')
  const choice = fields.raw('tool_choice') ?? (given === undefined ? 'none' : 'auto')
  if (Array.isArray(given) && given.length === 0)
    throw badValue(
      'tools',
      '`tools` must not be an empty array. Either provide at least one tool or omit the field entirely.',
    )
  if (choice !== 'none' && given === undefined)
    throw badValue('tool_choice', 'When using `tool_choice`, `tools` must be set.')
  const wanted = readChoice(choice)
  if (given === undefined) return undefined
  const tools = readList(given, readTool)
  assertOffered(
    wanted,
    tools,
    'The tool specified in `tool_choice` does not match any of the specified `tools`',
  )
  return { tools, choice: wanted, parallel: fields.boolean('parallel_tool_calls') ?? true }
}

export function readList<T>(given: unknown, read: (tool: unknown, index: number) => T): readonly T[] {
  if (!Array.isArray(given)) throw invalid('tools', 'list_type', 'Input should be a valid list')
  return given.map(read)
}

export function assertOffered(choice: ToolChoice, tools: readonly Tool[], message: string): void {
  if (typeof choice === 'object' && !tools.some(({ name }) => name === choice.name))
    throw badValue('tool_choice', message)
}

function readChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'auto' || choice === 'required') return choice
  if (!isObject(choice))
    throw badValue(
      'tool_choice',
      `Invalid value for \`tool_choice\`: ${choice}! Only named tools, "none", "auto" or "required" are supported.`,
    )
  const named = choice['function']
  if (!isObject(named))
    throw badValue('tool_choice.function', `Invalid value for \`function\` in \`tool_choice\`! ${USAGE}`)
  if ((choice['type'] ?? 'function') !== 'function')
    throw invalid('tool_choice', 'literal_error', "Input should be 'function'")
  const { name } = named
  if (typeof name !== 'string' || name === '')
    throw badValue('tool_choice.function.name', `Invalid \`name\` in \`tool_choice\`! ${USAGE}`)
  return { name }
}

function readTool(tool: unknown, index: number): Tool {
  const loc = `tools.${index}`
  if (!isObject(tool)) throw invalid(loc, 'dict_type', 'Input should be a valid dictionary')
  const type = tool['type'] ?? 'function'
  if (type !== 'function') throw invalid(`${loc}.type`, 'literal_error', "Input should be 'function'")
  return readFunction(tool['function'], `${loc}.function`)
}

/** Name, parameters and strictness, wherever a route has them. */
export function readFunction(given: unknown, loc: string): Tool {
  if (given === undefined) throw missing(loc)
  if (!isObject(given)) throw invalid(loc, 'model_type', 'Input should be a valid dictionary')
  const { name, parameters, strict } = given
  if (name === undefined) throw missing(`${loc}.name`)
  if (typeof name !== 'string') throw invalid(`${loc}.name`, 'string_type', 'Input should be a valid string')
  if (parameters !== undefined && parameters !== null && !isObject(parameters))
    throw invalid(`${loc}.parameters`, 'dict_type', 'Input should be a valid dictionary')
  return { name, ...(isObject(parameters) && { parameters }), strict: strict === true }
}
