import { type ASTNode, type Call, type ExprNode, isCall, visitOwn } from '../syntax.ts'
import { calleeOf } from './calls.ts'
import type { PyFunction } from './model.ts'
import { dottedOf, meaningOf } from './names.ts'
import { parametersOf } from './parameters.ts'
import { homeOf } from './roles.ts'

export type Dependency = { readonly to: PyFunction; readonly call: ASTNode }

/** FastAPI calls what `Depends(…)` names for each request. */
export function dependencies(fn: PyFunction): readonly Dependency[] {
  const found: Dependency[] = []
  const home = homeOf(fn)
  const isDepends = (node: ASTNode | undefined): node is Call =>
    node !== undefined &&
    isCall(node) &&
    /(?:^|\.)(?:Depends|Security)$/.test(dottedOf(node.func, home) ?? '')
  const add = (call: ASTNode, named: ExprNode | undefined): void => {
    const to = named && calleeOf(named, undefined, home)
    if (to) found.push({ to, call })
  }
  visitOwn([fn.node.args, ...fn.node.decorator_list], (node) => isDepends(node) && add(node, node.args[0]))
  for (const { annotation, value, at } of parametersOf(fn.node)) {
    const stated = annotation && (meaningOf(annotation, home)?.expr ?? annotation)
    const [type, ...rest] = stated?.nodeType === 'Subscript' ? partsOf(stated.slice) : [annotation]
    // An alias, `Model = Annotated[LLM, Depends(load)]`; and `Depends()`, which asks the type itself.
    if (stated !== annotation) for (const one of rest) if (isDepends(one)) add(at, one.args[0])
    if ([value, ...rest].some((one) => isDepends(one ?? undefined) && (one as Call).args.length === 0))
      add(at, type)
  }
  return found
}

const partsOf = (slice: ExprNode): readonly ExprNode[] => (slice.nodeType === 'Tuple' ? slice.elts : [slice])
