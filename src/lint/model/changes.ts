import { type ASTNode, type Expr, type ExprNode, isCall, visitOwn } from '../syntax.ts'
import type { Scope } from './model.ts'
import { lookup } from './scope.ts'

const CHANGES = /^(?:update|append|extend|add|insert|pop|popitem|clear|remove|discard|setdefault|set)$/

/** Notes which names' objects are written into: `state["ready"] = True`, `state.ready = True`, `state.update(…)`. */
export function noteChanges(body: readonly ASTNode[], scope: Scope): void {
  visitOwn(body, (node) => {
    const { ctx, value } = node as Expr<'Attribute'>
    const isStored =
      (node.nodeType === 'Attribute' || node.nodeType === 'Subscript') && ctx.nodeType !== 'Load'
    if (isStored) note(value as ExprNode, scope)
    if (isCall(node) && node.func.nodeType === 'Attribute' && CHANGES.test(node.func.attr))
      note(node.func.value, scope)
  })
}

function note(expr: ExprNode, scope: Scope): void {
  if (expr.nodeType === 'Name') lookup(scope, expr.id)?.scope.changed.add(expr.id)
}
