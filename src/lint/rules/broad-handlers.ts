import type { PyFunction } from '../model/model.ts'
import { dottedOf } from '../model/names.ts'
import {
  type ASTNode,
  allBelow,
  type ExceptHandler,
  type Expr,
  type ExprNode,
  type Stmt,
  visitOwn,
} from '../syntax.ts'

export type Broad = {
  readonly handler: ExceptHandler
  /** What it stands guard over. */
  readonly tried: readonly ASTNode[]
  /** Whether it is of one item among others. */
  readonly isInLoop: boolean
}

/** Every handler of a function that catches whatever is raised. */
export function broadHandlers(fn: PyFunction): readonly Broad[] {
  const found: Broad[] = []
  visitOwn(fn.node.body, (node, above) => {
    if (node.nodeType !== 'ExceptHandler' || !isBroad(node as ExceptHandler, fn)) return
    const { body: tried } = above.at(-1) as Stmt<'Try'>
    const isInLoop = above.some(({ nodeType }) => /^(?:For|AsyncFor|While)$/.test(nodeType))
    found.push({ handler: node as ExceptHandler, tried, isInLoop })
  })
  return found
}

function isBroad({ type }: ExceptHandler, fn: PyFunction): boolean {
  if (!type) return true
  return typesOf(type).some((one) =>
    /^(?:builtins\.)?(?:Base)?Exception$/.test(dottedOf(one, fn.scope) ?? ''),
  )
}

/** `(A, B)`, and `A | B`, as which the parser is given `A, B`. */
const typesOf = (type: ExprNode): readonly ExprNode[] => {
  if (type.nodeType === 'Tuple') return type.elts
  return type.nodeType === 'BinOp' ? [type.left, type.right].flatMap(typesOf) : [type]
}

const SPEAKS = /error|fail|exception|traceback/i

/** Whether an answer tells of the exception: by its value, or by a word in it. */
export const tellsOfFailure = (answer: ASTNode, exception: string | undefined): boolean =>
  allBelow([answer]).some((node) => {
    if (node.nodeType === 'Name') {
      const { id } = node as Expr<'Name'>
      return id === exception || SPEAKS.test(id)
    }
    if (node.nodeType === 'Keyword') return SPEAKS.test((node as ASTNode & { arg?: string }).arg ?? '')
    if (node.nodeType !== 'Constant') return false
    const { value } = node as Expr<'Constant'>
    return typeof value === 'string' && SPEAKS.test(value)
  })
