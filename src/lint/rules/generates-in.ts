import { calledOf, calleeOf } from '../model/calls.ts'
import type { PyFunction } from '../model/model.ts'
import { type ASTNode, isCall, visitOwn } from '../syntax.ts'

const GENERATES =
  /^(?:generate|chat|beam_search|agenerate|stream|remote|create|complete|completion|acompletion|ainvoke|invoke)$/

/** Whether statements make the answer itself, by a call of a model, or of another container, in helpers of the file too. */
export function generatesIn(
  body: readonly ASTNode[],
  fn: PyFunction,
  seen: ReadonlySet<PyFunction> = new Set([fn]),
): boolean {
  let found = false
  visitOwn(body, (node) => {
    if (found || !isCall(node)) return
    const { mode, target } = calledOf(node)
    if (mode === 'remote' || (target.nodeType === 'Attribute' && GENERATES.test(target.attr))) found = true
    const callee = found ? undefined : calleeOf(target, fn, fn.scope)
    if (callee && !seen.has(callee)) found = generatesIn(callee.node.body, callee, new Set([...seen, callee]))
  })
  return found
}
