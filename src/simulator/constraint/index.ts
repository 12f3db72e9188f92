import { refuse } from './constraint-error.ts'
import { LiteralNode } from './literal-node.ts'
import { compileRegex } from './regex-dfa.ts'
import { compileSchema } from './schema-compiler.ts'
import { type Acceptor, createAcceptor } from './state.ts'
import { TextNode } from './text-node.ts'
import { type CalledTool, compileToolCalls } from './tool-calls.ts'

export { ConstraintError } from './constraint-error.ts'
export type { Acceptor, State } from './state.ts'
export { aroundArguments, type CalledTool } from './tool-calls.ts'

export type SimConstraint =
  | { readonly kind: 'json-schema'; readonly schema: Readonly<Record<string, unknown>> | boolean }
  | { readonly kind: 'json-object' }
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'tool-calls'; readonly calls: readonly CalledTool[] }

/** Compiles a constraint to a byte automaton. Throws `ConstraintError` for what it cannot hold; nothing is dropped. */
export function compileConstraint(constraint: SimConstraint): Acceptor {
  try {
    return compile(constraint)
  } catch (error) {
    // The stack ends before the memory does: how deep a request may nest is bounded by this alone.
    if (error instanceof RangeError) refuse(constraint.kind, 'is nested too deep')
    throw error
  }
}

function compile(constraint: SimConstraint): Acceptor {
  switch (constraint.kind) {
    case 'regex':
      return createAcceptor(
        'regex',
        new TextNode({ dfa: compileRegex(constraint.pattern, 'whole'), form: 'raw' }),
      )
    case 'choice':
      if (constraint.choices.length === 0) refuse('choice', 'is empty')
      return createAcceptor('choice', new LiteralNode(constraint.choices))
    case 'json-object':
      return createAcceptor('json', compileSchema({ type: 'object' }))
    case 'json-schema':
      return createAcceptor('json', compileSchema(constraint.schema))
    case 'tool-calls':
      return { ...createAcceptor('calls', compileToolCalls(constraint.calls)), calls: constraint.calls }
  }
}
