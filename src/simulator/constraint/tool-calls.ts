import type { Node } from './automaton.ts'
import { LiteralNode } from './literal-node.ts'
import type { Schema } from './schema.ts'
import { compileSchema } from './schema-compiler.ts'
import { SequenceNode } from './sequence-node.ts'

/** A tool that is to be called, and what its arguments must be. */
export type CalledTool = { readonly name: string; readonly parameters: Schema }

const SEPARATOR = '\n'
const CLOSING = '}\n</tool_call>'
const opening = ({ name }: CalledTool): string =>
  `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": `

/** What stands before the arguments of each call in the notation of Hermes models, and after those of the last one. */
export function aroundArguments(calls: readonly CalledTool[]): readonly string[] {
  const before = calls.map((call, index) => (index === 0 ? '' : CLOSING + SEPARATOR) + opening(call))
  return [...before, CLOSING]
}

/** These calls in this order, each with arguments that satisfy its schema. */
export function compileToolCalls(calls: readonly CalledTool[]): Node {
  const around = aroundArguments(calls).map((text) => new LiteralNode([text]))
  const parts = calls.flatMap(({ parameters }, index): (Node | undefined)[] => [
    around[index],
    compileSchema(parameters),
  ])
  return new SequenceNode([...parts, around.at(-1)].filter((part) => part !== undefined))
}
