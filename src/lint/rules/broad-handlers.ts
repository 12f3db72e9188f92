import type { PyFunction } from '../model/model.ts'
import { dottedOf } from '../model/names.ts'
import { type ASTNode, allBelow, type ExceptHandler, type Expr, visitOwn } from '../syntax.ts'

/** Every handler of a function that catches whatever is raised. */
export function broadHandlers(fn: PyFunction): readonly ExceptHandler[] {
  const found: ExceptHandler[] = []
  visitOwn(fn.node.body, (node) => {
    if (node.nodeType === 'ExceptHandler' && isBroad(node as ExceptHandler, fn))
      found.push(node as ExceptHandler)
  })
  return found
}

function isBroad({ type }: ExceptHandler, fn: PyFunction): boolean {
  if (!type) return true
  const types = type.nodeType === 'Tuple' ? type.elts : [type]
  return types.some((one) => /^(?:builtins\.)?(?:Base)?Exception$/.test(dottedOf(one, fn.scope) ?? ''))
}

const SPEAKS = /error|fail|exception|traceback/i

/** Whether an answer tells of the exception: by its value, or by a word in it. */
export const tellsOfFailure = (answer: ASTNode, exception: string | undefined): boolean =>
  allBelow([answer]).some((node) => {
    if (node.nodeType === 'Name') return (node as Expr<'Name'>).id === exception
    if (node.nodeType === 'Keyword') return SPEAKS.test((node as ASTNode & { arg?: string }).arg ?? '')
    if (node.nodeType !== 'Constant') return false
    const { value } = node as Expr<'Constant'>
    return typeof value === 'string' && SPEAKS.test(value)
  })
