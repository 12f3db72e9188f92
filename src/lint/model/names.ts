import type { ExprNode } from '../syntax.ts'
import type { PyClass, PyFunction, Scope } from './model.ts'
import { lookup, theOne } from './scope.ts'

/** How far an alias of an alias is followed: a name may be bound to itself. */
const DEEPEST = 8

/** The full name of what an expression names: `m.App` is `modal.App` after `import modal as m`. Absent: the file does not tell. */
export function dottedOf(expr: ExprNode, scope: Scope, depth = DEEPEST): string | undefined {
  if (depth === 0) return undefined
  if (expr.nodeType === 'Attribute') {
    const base = dottedOf(expr.value, scope, depth)
    return base === undefined ? undefined : `${base}.${expr.attr}`
  }
  if (expr.nodeType !== 'Name') return undefined
  // Nobody bound it: it is built in, or a star import brought it.
  if (!lookup(scope, expr.id)) return expr.id
  const found = theOne(scope, expr.id)
  if (found?.binding.kind === 'import') return found.binding.dotted
  if (found?.binding.kind === 'value') return dottedOf(found.binding.expr, found.scope, depth - 1)
  return undefined
}

/** What an expression is, followed through the names that it was given. */
export function meaningOf(
  expr: ExprNode,
  scope: Scope,
  depth = DEEPEST,
): { readonly expr: ExprNode; readonly scope: Scope } | undefined {
  if (expr.nodeType === 'Await' || expr.nodeType === 'NamedExpr') return meaningOf(expr.value, scope, depth)
  if (expr.nodeType !== 'Name') return { expr, scope }
  const found = theOne(scope, expr.id)
  if (depth === 0 || found?.binding.kind !== 'value') return undefined
  return meaningOf(found.binding.expr, found.scope, depth - 1)
}

export function functionOf(expr: ExprNode, scope: Scope): PyFunction | undefined {
  if (expr.nodeType !== 'Name') return undefined
  const binding = theOne(scope, expr.id)?.binding
  return binding?.kind === 'function' ? binding.fn : undefined
}

export function classNamed(expr: ExprNode, scope: Scope): PyClass | undefined {
  if (expr.nodeType !== 'Name') return undefined
  const binding = theOne(scope, expr.id)?.binding
  return binding?.kind === 'class' ? binding.cls : undefined
}
