import {
  type ASTNode,
  allBelow,
  type ExceptHandler,
  type Expr,
  type ExprNode,
  type Stmt,
  type StmtNode,
} from '../syntax.ts'
import type { PyFunction } from './model.ts'
import { parameterNames } from './parameters.ts'
import { isRunAtOnce } from './passed-on.ts'

/**
 * Whether something decides, by more than the request itself, that a node of a function does not run each time: `if llm is None`,
 * an early `return` of what is kept, a lookup that failed. Where that cannot be told it counts as a guard, and no rule speaks.
 */
export function guards(fn: PyFunction, node: ASTNode, above: readonly ASTNode[]): boolean {
  return (
    above.some(
      (one, index) =>
        !(one.nodeType === 'Lambda' && isRunAtOnce(one, above[index - 1])) &&
        decides(one, above[index + 1] ?? node, fn, node),
    ) || returnsBefore(fn, above, node)
  )
}

function decides(one: ASTNode, next: ASTNode, fn: PyFunction, node: ASTNode): boolean {
  switch (one.nodeType) {
    case 'If':
    case 'IfExp':
    case 'While': {
      const { test } = one as Stmt<'If'>
      return next !== test && knowsMore(test, fn, node)
    }
    case 'BoolOp':
      return (one as Expr<'BoolOp'>).values[0] !== next
    case 'ExceptHandler':
      return isLookup(one as ExceptHandler)
    case 'MatchCase':
    case 'Lambda':
      return true
    default:
      return false
  }
}

/** A handler of a lookup that failed: `except KeyError`, `except AttributeError`. */
function isLookup({ type }: ExceptHandler): boolean {
  const names = type ? namesIn(type) : []
  return names.some((name) =>
    /^(?:KeyError|AttributeError|NameError|LookupError|IndexError|UnboundLocalError)$/.test(name),
  )
}

const BUILT_IN = new Set([
  'isinstance',
  'len',
  'str',
  'int',
  'bool',
  'any',
  'all',
  'type',
  'dict',
  'list',
  'set',
])

/** Whether a test looks at more than what the request brought. */
function knowsMore(test: ExprNode, fn: PyFunction, node?: ASTNode): boolean {
  const given = parameterNames(fn.node).filter((name) => name !== 'self' && name !== 'cls')
  const isGiven = (name: string, depth: number): boolean => {
    if (given.includes(name) || BUILT_IN.has(name)) return true
    const bindings = fn.scope.outer.has(name) ? undefined : fn.scope.names.get(name)
    // Worked out of what the request brought.
    return (
      depth > 0 &&
      bindings !== undefined &&
      bindings.every(
        (one) =>
          one.kind === 'value' &&
          // `llm = None`, and then `if llm is None: llm = LLM()`: what is asked about is made here each time.
          (isBelow(node, one.expr) || namesIn(one.expr).every((inner) => isGiven(inner, depth - 1))),
      )
    )
  }
  return namesIn(test).some((name) => !isGiven(name, 4))
}

const isBelow = (node: ASTNode | undefined, expr: ExprNode): boolean =>
  node !== undefined && allBelow([expr]).includes(node)

const namesIn = (expr: ExprNode): readonly string[] =>
  allBelow([expr]).flatMap((node) => (node.nodeType === 'Name' ? [(node as Expr<'Name'>).id] : []))

/** `if _llm is not None: return _llm` above, in this block or in one around it. */
function returnsBefore(fn: PyFunction, above: readonly ASTNode[], node: ASTNode): boolean {
  const chain = [...above, node]
  return [fn.node as ASTNode, ...above].some((one) =>
    blocksOf(one).some((block) => {
      const at = block.findIndex((statement) => chain.includes(statement))
      return at > 0 && block.slice(0, at).some((statement) => isEarlyReturn(statement, fn))
    }),
  )
}

function isEarlyReturn(statement: StmtNode, fn: PyFunction): boolean {
  // `try: return kept[name]` and then on.
  if (statement.nodeType === 'Try')
    return statement.handlers.some(isLookup) && statement.body.some(({ nodeType }) => nodeType === 'Return')
  if (statement.nodeType === 'With' || statement.nodeType === 'AsyncWith')
    return statement.body.some((one) => isEarlyReturn(one, fn))
  if (statement.nodeType !== 'If' || !statement.body.some(({ nodeType }) => nodeType === 'Return'))
    return false
  return knowsMore(statement.test, fn)
}

const BLOCKS = ['body', 'orelse', 'finalbody'] as const

function blocksOf(node: ASTNode): readonly (readonly StmtNode[])[] {
  const holder = node as ASTNode & Partial<Record<(typeof BLOCKS)[number], StmtNode[]>>
  return BLOCKS.flatMap((name) => (Array.isArray(holder[name]) ? [holder[name]] : []))
}
