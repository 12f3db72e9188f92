import type { ASTNode, Call, ClassDef, ExprNode, FunctionDef, StmtNode } from 'py-ast'

export type { ASTNode, Call, ClassDef, ExceptHandler, ExprNode, Keyword, Located, StmtNode } from 'py-ast'
export type Expr<Kind extends ExprNode['nodeType']> = Extract<ExprNode, { nodeType: Kind }>
export type Stmt<Kind extends StmtNode['nodeType']> = Extract<StmtNode, { nodeType: Kind }>
export type FunctionNode = FunctionDef | Stmt<'AsyncFunctionDef'>

export const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && typeof (value as ASTNode).nodeType === 'string'

export const isFunctionNode = (node: ASTNode): node is FunctionNode =>
  node.nodeType === 'FunctionDef' || node.nodeType === 'AsyncFunctionDef'
export const isClassNode = (node: ASTNode): node is ClassDef => node.nodeType === 'ClassDef'
export const isCall = (node: ASTNode): node is Call => node.nodeType === 'Call'

/** The nodes right below, in the order of the grammar's fields. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  const children: ASTNode[] = []
  for (const [field, value] of Object.entries(node)) {
    // Kept beside the tree, not in it.
    if (field === 'inlineComment' || field === 'comments') continue
    if (isNode(value)) children.push(value)
    else if (Array.isArray(value)) for (const one of value) if (isNode(one)) children.push(one)
  }
  return children
}

/** A node with those above it, the nearest last. */
export type Visit = (node: ASTNode, above: readonly ASTNode[]) => void

/** All below `roots`, without what another function or class does: of those only the node itself is visited. */
export function visitOwn(roots: readonly ASTNode[], visit: Visit): void {
  const above: ASTNode[] = []
  const enter = (node: ASTNode): void => {
    visit(node, above)
    if (isFunctionNode(node) || isClassNode(node)) return
    above.push(node)
    for (const child of childrenOf(node)) enter(child)
    above.pop()
  }
  for (const root of roots) enter(root)
}

/** Whether it holds for one of what `visitOwn` visits. */
export function someOwn(roots: readonly ASTNode[], holds: (node: ASTNode) => boolean): boolean {
  let found = false
  visitOwn(roots, (node) => {
    found ||= holds(node)
  })
  return found
}

/** Everything below, other functions and classes too. */
export function allBelow(roots: readonly ASTNode[]): readonly ASTNode[] {
  const found: ASTNode[] = []
  const enter = (node: ASTNode): void => {
    found.push(node)
    for (const child of childrenOf(node)) enter(child)
  }
  for (const root of roots) enter(root)
  return found
}

export const isNone = (node: ASTNode): boolean =>
  node.nodeType === 'Constant' && (node as Expr<'Constant'>).value === null

export const stringOf = (node: ASTNode | undefined): string | undefined => {
  if (node?.nodeType !== 'Constant') return undefined
  const { value } = node as Expr<'Constant'>
  return typeof value === 'string' ? value : undefined
}
