import { type ASTNode, type Call, type ExprNode, isCall, visitOwn } from '../syntax.ts'
import { guards } from './guards.ts'
import type { PyClass, PyFunction, Scope } from './model.ts'
import { classNamed, dottedOf, functionOf, meaningOf } from './names.ts'
import { homeOf } from './roles.ts'

/** How a function is called: `f()`, or one of Modal's ways. */
export type CallMode = 'direct' | 'remote' | 'local' | 'spawn'

const MODES: Readonly<Record<string, CallMode>> = {
  remote: 'remote',
  remote_gen: 'remote',
  local: 'local',
  spawn: 'spawn',
  map: 'spawn',
  starmap: 'spawn',
  for_each: 'spawn',
  spawn_map: 'spawn',
}

export type Called = { readonly mode: CallMode; readonly target: ExprNode }

/** What a call calls, without Modal's `.remote`, `.remote.aio`, `.local` behind it. */
export function calledOf({ func }: Call): Called {
  const way = func.nodeType === 'Attribute' && func.attr === 'aio' ? func.value : func
  const mode = way.nodeType === 'Attribute' ? MODES[way.attr] : undefined
  return mode && way.nodeType === 'Attribute' ? { mode, target: way.value } : { mode: 'direct', target: func }
}

/** The class of this file that an expression is an object of. */
export function instanceOf(
  expr: ExprNode,
  scope: Scope,
  cls?: PyClass,
): { readonly cls: PyClass; readonly made: Call } | undefined {
  const found = meaningOf(expr, scope)
  if (!found) return undefined
  if (found.expr.nodeType === 'Attribute' && cls) {
    const kept = attributeValue(found.expr, cls)
    return kept && instanceOf(kept.expr, kept.scope)
  }
  if (found.expr.nodeType !== 'Call') return undefined
  const { func } = found.expr
  const named = classNamed(func, found.scope) ?? withOptions(func, found.scope)
  return named && { cls: named, made: found.expr }
}

/** `Model.with_options(gpu="H100")()` is an object of Model. */
function withOptions(func: ExprNode, scope: Scope): PyClass | undefined {
  if (func.nodeType !== 'Call' || func.func.nodeType !== 'Attribute') return undefined
  return /^with_/.test(func.func.attr) ? classNamed(func.func.value, scope) : undefined
}

/** What `self.x` was set to, where one assignment in the class says it. */
export function attributeValue(
  expr: ExprNode,
  cls: PyClass,
): { readonly expr: ExprNode; readonly scope: Scope; readonly fn: PyFunction } | undefined {
  if (expr.nodeType !== 'Attribute' || !isSelf(expr.value, cls)) return undefined
  const found = attributesOf(cls).filter(({ name, value }) => name === expr.attr && !isNothing(value))
  const [only] = found
  return only && found.length === 1 ? { expr: only.value, scope: only.fn.scope, fn: only.fn } : undefined
}

const isNothing = (expr: ExprNode): boolean => expr.nodeType === 'Constant' && expr.value === null

export type KeptAttribute = { readonly name: string; readonly value: ExprNode; readonly fn: PyFunction }

/** Asked for each call of a class: a large class is read once. */
const known = new WeakMap<PyClass, readonly KeptAttribute[]>()

/** Every `self.x = …` of a class. */
export function attributesOf(cls: PyClass): readonly KeptAttribute[] {
  const found = known.get(cls) ?? attributesIn(cls)
  known.set(cls, found)
  return found
}

function attributesIn(cls: PyClass): readonly KeptAttribute[] {
  const kept: KeptAttribute[] = []
  for (const fn of cls.methods)
    visitOwn(fn.node.body, (node) => {
      const { targets, target, value } = node as ASTNode & {
        readonly targets?: readonly ExprNode[]
        readonly target?: ExprNode
        readonly value?: ExprNode
      }
      if ((node.nodeType !== 'Assign' && node.nodeType !== 'AnnAssign') || !value) return
      for (const [one, made] of (targets ?? (target ? [target] : [])).flatMap((each) => paired(each, value)))
        if (one.nodeType === 'Attribute' && isSelf(one.value, cls))
          kept.push({ name: one.attr, value: made, fn })
    })
  return kept
}

/** `a, b = 1, 2` one by one; of `a, b = f()` each is made by the call. */
function paired(target: ExprNode, value: ExprNode): readonly (readonly [ExprNode, ExprNode])[] {
  if (target.nodeType !== 'Tuple' && target.nodeType !== 'List') return [[target, value]]
  const isMatched = value.nodeType === 'Tuple' && value.elts.length === target.elts.length
  return target.elts.map((one, index) => [one, (isMatched && value.elts[index]) || value])
}

/** The first parameter of a method is called so by everybody. */
const isSelf = (expr: ExprNode, cls: PyClass): boolean =>
  expr.nodeType === 'Name' && (expr.id === 'self' || expr.id === 'cls' || expr.id === cls.name)

export const methodOf = (cls: PyClass, name: string): PyFunction | undefined =>
  cls.methods.find((one) => one.name === name)

/** The function of this file that an expression names. */
export function calleeOf(target: ExprNode, fn: PyFunction | undefined, scope: Scope): PyFunction | undefined {
  const named = functionOf(target, scope)
  if (named) return named
  const built = classNamed(target, scope)
  // A Modal class is built where its container runs, not where it is named.
  if (built) return built.options ? undefined : methodOf(built, '__init__')
  if (target.nodeType !== 'Attribute') return undefined
  const cls = classAround(fn)
  if (cls && isSelf(target.value, cls)) return methodOf(cls, target.attr)
  const instance = instanceOf(target.value, scope, cls)
  return instance && methodOf(instance.cls, target.attr)
}

/** The class whose `self` a function sees: its own, or that of the method that it is written in. */
export function classAround(fn: PyFunction | undefined): PyClass | undefined {
  return fn && (fn.cls ?? classAround(fn.within))
}

/** A call from one function of the file to another. */
export type Edge = {
  readonly from: PyFunction
  readonly to: PyFunction
  readonly mode: CallMode
  readonly call: ASTNode
  /** Whether something decides that it is not made each time. */
  readonly isGuarded: boolean
}

/** Those that call what they are given, in a thread or behind the answer. */
const PASSED_TO = /(?:^|\.)(?:to_thread|run_in_executor|run_in_threadpool|run_sync|add_task)$/

export function edgesFrom(fn: PyFunction): readonly Edge[] {
  const edges: Edge[] = []
  visitOwn(fn.node.body, (node, above) => {
    if (!isCall(node)) return
    const isGuarded = guards(fn, node, above)
    const { mode, target } = calledOf(node)
    const to = calleeOf(target, fn, fn.scope)
    if (to) edges.push({ from: fn, to, mode, call: node, isGuarded })
    const name = node.func.nodeType === 'Attribute' ? node.func.attr : (dottedOf(node.func, fn.scope) ?? '')
    if (!PASSED_TO.test(name)) return
    for (const argument of node.args) {
      const passed = calleeOf(argument, fn, fn.scope)
      if (passed && !classNamed(argument, fn.scope))
        edges.push({ from: fn, to: passed, mode: 'direct', call: node, isGuarded })
    }
  })
  return [...edges, ...dependencies(fn)]
}

/** FastAPI calls what `Depends(…)` names for each request. */
function dependencies(fn: PyFunction): readonly Edge[] {
  const edges: Edge[] = []
  visitOwn([fn.node.args, ...fn.node.decorator_list], (node) => {
    if (!isCall(node) || !/(?:^|\.)(?:Depends|Security)$/.test(dottedOf(node.func, homeOf(fn)) ?? '')) return
    const [named] = node.args
    const to = named && functionOf(named, homeOf(fn))
    if (to) edges.push({ from: fn, to, mode: 'direct', call: node, isGuarded: false })
  })
  return edges
}
