import { ConstraintError, compileConstraint } from '../constraint/index.ts'
import type { CalledTool, SimConstraint } from '../job.ts'
import { toolsAskedFor } from '../model.ts'
import type { Tool, ToolAsk } from './tools.ts'

/** The last turn of a conversation, by which the model decides. */
export type LastTurn = { readonly role: string; readonly text: string }

/** The tools that the model calls, in this order: what it is told to, else what the user's last words ask for. */
export function decideCalls({ tools, choice, parallel }: ToolAsk, { role, text }: LastTurn): readonly Tool[] {
  if (choice === 'none') return []
  if (typeof choice === 'object') return tools.filter(({ name }) => name === choice.name).slice(0, 1)
  // What a tool gave back is answered in words.
  const asked = role === 'tool' ? [] : toolsAskedFor(text, tools)
  if (choice === 'auto') return asked
  const [first] = asked.length > 0 ? asked : tools
  return parallel && asked.length > 0 ? asked : first ? [first] : []
}

/**
 * The grammar of these calls. Every call has arguments that satisfy the tool's schema; one that does not compile is refused
 * where the tool is strict, and any object does where it is not, as vLLM holds the arguments of strict tools alone.
 */
export function holdToCalls(calls: readonly Tool[]): SimConstraint {
  return { kind: 'tool-calls', calls: calls.map(toCalledTool) }
}

function toCalledTool({ name, parameters = ANY_OBJECT, strict }: Tool): CalledTool {
  return { name, parameters: strict || compiles(parameters) ? parameters : ANY_OBJECT }
}

const ANY_OBJECT = { type: 'object' }

function compiles(schema: Readonly<Record<string, unknown>>): boolean {
  try {
    compileConstraint({ kind: 'json-schema', schema })
    return true
  } catch (error) {
    if (error instanceof ConstraintError) return false
    throw error
  }
}
