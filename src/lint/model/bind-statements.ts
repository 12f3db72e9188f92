import {
  type ASTNode,
  type Expr,
  type ExprNode,
  isClassNode,
  isFunctionNode,
  type Stmt,
  visitOwn,
} from '../syntax.ts'
import type { Scope } from './model.ts'
import { bind } from './scope.ts'

/** Binds what the statements of one scope bind; `define` makes what a `def` or a `class` stands for. */
export function bindStatements(
  body: readonly ASTNode[],
  scope: Scope,
  define: (node: ASTNode) => void,
): void {
  // A name is global in its whole function, wherever that is said.
  visitOwn(body, (node) => {
    if (node.nodeType !== 'Global' && node.nodeType !== 'Nonlocal') return
    for (const name of (node as Stmt<'Global'>).names) scope.outer.add(name)
  })
  visitOwn(body, (node, above) => {
    if (isFunctionNode(node) || isClassNode(node)) return define(node)
    bindNode(node, above, scope)
  })
}

function bindNode(node: ASTNode, above: readonly ASTNode[], scope: Scope): void {
  switch (node.nodeType) {
    case 'Import':
      for (const { name, asname } of (node as Stmt<'Import'>).names)
        bind(scope, asname ?? name.split('.')[0] ?? name, {
          kind: 'import',
          dotted: asname ? name : (name.split('.')[0] ?? name),
        })
      return
    case 'ImportFrom': {
      const { module = '', level = 0, names } = node as Stmt<'ImportFrom'>
      for (const { name, asname } of names)
        bind(scope, asname ?? name, { kind: 'import', dotted: `${'.'.repeat(level)}${module}.${name}` })
      return
    }
    case 'Assign': {
      const { targets, value } = node as Stmt<'Assign'>
      for (const target of targets) bindTarget(target, value, scope)
      return
    }
    case 'AnnAssign': {
      const { target, value } = node as Stmt<'AnnAssign'>
      if (value) bindTarget(target, value, scope)
      return
    }
    case 'NamedExpr': {
      const { target, value } = node as Expr<'NamedExpr'>
      bindTarget(target, value, scope)
      return
    }
    case 'WithItem': {
      const { context_expr, optional_vars } = node as ASTNode & {
        readonly context_expr: ExprNode
        readonly optional_vars?: ExprNode
      }
      if (optional_vars) bindTarget(optional_vars, context_expr, scope, 'other')
      return
    }
    case 'ExceptHandler': {
      const { name } = node as ASTNode & { readonly name?: string }
      if (name) bind(scope, name, { kind: 'other' })
      return
    }
    case 'Name': {
      const { id, ctx } = node as Expr<'Name'>
      // Every other way to store a name; those above are done.
      const isDone = ['Assign', 'AnnAssign', 'NamedExpr', 'WithItem'].includes(above.at(-1)?.nodeType ?? '')
      if (ctx.nodeType === 'Load' || isDone) return
      const expr = unpacked(node as Expr<'Name'>, above)
      bind(scope, id, expr ? { kind: 'value', expr } : { kind: 'other' })
      return
    }
    case 'MatchAs':
    case 'MatchStar': {
      const { name } = node as ASTNode & { readonly name?: string }
      if (name) bind(scope, name, { kind: 'other' })
    }
  }
}

/** What a name gets of `name, version = "chat", "1.2"`. */
function unpacked(node: Expr<'Name'>, above: readonly ASTNode[]): ExprNode | undefined {
  const [target, assign] = [above.at(-1), above.at(-2)]
  if (assign?.nodeType !== 'Assign' || target?.nodeType !== 'Tuple') return undefined
  const { value } = assign as Stmt<'Assign'>
  const { elts } = target as Expr<'Tuple'>
  if (value.nodeType !== 'Tuple' || value.elts.length !== elts.length) return undefined
  return [...elts, ...value.elts].some(({ nodeType }) => nodeType === 'Starred')
    ? undefined
    : value.elts[elts.indexOf(node)]
}

function bindTarget(target: ExprNode, value: ExprNode, scope: Scope, kind: 'value' | 'other' = 'value') {
  if (target.nodeType !== 'Name') return
  bind(scope, target.id, kind === 'value' ? { kind, expr: value } : { kind })
}
