import { type Call, type ExprNode, isCall, visitOwn } from '../syntax.ts'
import { calledOf, calleeOf, classAround, instanceOf } from './calls.ts'
import type { PyFunction, Scope } from './model.ts'
import { classNamed, dottedOf, meaningOf } from './names.ts'
import { lookup } from './scope.ts'

/** Whether a call hands work to another container, is small talk around that, or may compute something here. */
export type Weight = 'forward' | 'light' | 'heavy'

/** Packages that no GPU is needed for. */
const LIGHT =
  /^(?:abc|asyncio|base64|collections|copy|dataclasses|datetime|enum|fastapi|flask|functools|hashlib|hmac|html|io|itertools|json|logging|math|modal|operator|os|pathlib|pydantic|random|re|secrets|starlette|string|sys|textwrap|time|traceback|typing|urllib|uuid|warnings)$/

export function callWeight(call: Call, fn: PyFunction, seen: ReadonlySet<PyFunction> = new Set()): Weight {
  const { mode, target } = calledOf(call)
  if (mode === 'remote' || mode === 'spawn') return 'forward'
  if (mode === 'local') return 'heavy'
  const { scope } = fn
  if (target.nodeType === 'Attribute') {
    const instance = instanceOf(target.value, scope, classAround(fn))
    // Called by hand, see class-called-without-remote: what it computes belongs into the container of the class.
    if (instance?.cls.options) return instance.cls.options.values.has('gpu') ? 'forward' : 'heavy'
  }
  const callee = calleeOf(target, fn, scope)
  if (callee) return seen.has(callee) ? 'light' : weightOf(callee, new Set([...seen, callee]))
  if (classNamed(target, scope) || isLookedUp(target, scope)) return 'light'
  return isLight(target, scope) ? 'light' : 'heavy'
}

/** `Model.with_options(…)` and its call; `Cls.from_name(…)`, and the call of what it finds: handles, which compute nothing here. */
function isLookedUp(target: ExprNode, scope: Scope): boolean {
  if (target.nodeType === 'Attribute')
    return (
      /^with_/.test(target.attr) &&
      (classNamed(target.value, scope)?.options !== undefined || isLookedUp(target.value, scope))
    )
  const made = meaningOf(target, scope)?.expr
  if (made?.nodeType !== 'Call') return false
  return OF_MODAL.test(dottedOf(made.func, scope) ?? '') || isLookedUp(made.func, scope)
}

const OF_MODAL = /^modal\.(?:Cls|Function)\.(?:from_name|lookup)$/

function weightOf(fn: PyFunction, seen: ReadonlySet<PyFunction>): Weight {
  const weights = new Set<Weight>()
  visitOwn(fn.node.body, (node) => void (isCall(node) && weights.add(callWeight(node, fn, seen))))
  return (['heavy', 'forward'] as const).find((one) => weights.has(one)) ?? 'light'
}

function isLight(target: ExprNode, scope: Scope): boolean {
  const dotted = dottedOf(target, scope)
  if (dotted !== undefined) {
    const [root = ''] = dotted.split('.')
    return LIGHT.test(root) || isBuiltIn(target, scope)
  }
  if (target.nodeType !== 'Attribute') return false
  const base = rootOf(target)
  if (base.nodeType !== 'Name') return true
  const found = lookup(scope, base.id)
  // Something of the request, or made in this function: how it was made is a call of its own.
  if (found?.scope.kind === 'function') return base.id !== 'self'
  const made = meaningOf(base, scope)
  if (made?.expr.nodeType === 'Call') return isLight(made.expr.func, made.scope)
  return ['Constant', 'Dict', 'List', 'JoinedStr'].includes(made?.expr.nodeType ?? '')
}

const isBuiltIn = (target: ExprNode, scope: Scope): boolean => {
  const base = rootOf(target)
  return base.nodeType === 'Name' && !lookup(scope, base.id)
}

/** What stands before all dots. */
const rootOf = (expr: ExprNode): ExprNode => (expr.nodeType === 'Attribute' ? rootOf(expr.value) : expr)
