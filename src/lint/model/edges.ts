import { type ASTNode, type ExprNode, isCall, visitOwn } from '../syntax.ts'
import { type CallMode, calledOf, calleeOf, propertyOf } from './calls.ts'
import { dependencies } from './dependencies.ts'
import { guards } from './guards.ts'
import type { PyFunction } from './model.ts'
import { classNamed } from './names.ts'
import { passedOn } from './passed-on.ts'

/** A call from one function of the file to another. */
export type Edge = {
  readonly from: PyFunction
  readonly to: PyFunction
  readonly mode: CallMode
  readonly call: ASTNode
  /** Whether something decides that it is not made each time. */
  readonly isGuarded: boolean
}

export function edgesFrom(fn: PyFunction): readonly Edge[] {
  const edges: Edge[] = []
  visitOwn(fn.node.body, (node, above) => {
    if (node.nodeType === 'Attribute') {
      const read = propertyOf(node as ExprNode, fn)
      if (read)
        edges.push({
          ...{ from: fn, to: read, mode: 'direct', call: node },
          isGuarded: guards(fn, node, above),
        })
    }
    if (!isCall(node)) return
    const isGuarded = guards(fn, node, above)
    const { mode, target } = calledOf(node)
    const to = calleeOf(target, fn, fn.scope)
    if (to) edges.push({ from: fn, to, mode, call: node, isGuarded })
    for (const argument of passedOn(node)) {
      const passed = calleeOf(argument, fn, fn.scope)
      if (passed && !classNamed(argument, fn.scope))
        edges.push({ from: fn, to: passed, mode: 'direct', call: node, isGuarded })
    }
  })
  const asked = dependencies(fn).map((one): Edge => ({ ...one, from: fn, mode: 'direct', isGuarded: false }))
  return [...edges, ...asked]
}
