import { type ASTNode, type Call, type ExprNode, type Stmt, visitOwn } from '../syntax.ts'
import type { PyClass, PyFunction, Scope } from './model.ts'
import { classNamed, functionOf, meaningOf } from './names.ts'

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

/** How far helpers that return what helpers return are followed. */
const DEEPEST = 4

/** What a function of the file returns, where it has one answer: `def model(): return Model()`. */
export function returnedBy(
  func: ExprNode,
  scope: Scope,
  cls?: PyClass,
): { readonly expr: ExprNode; readonly scope: Scope; readonly cls?: PyClass } | undefined {
  const callee = functionOf(func, scope) ?? methodNamed(func, scope, cls)
  if (!callee) return undefined
  const answers: ExprNode[] = []
  visitOwn(callee.node.body, (node) => {
    const { value } = node as Stmt<'Return'>
    if (node.nodeType === 'Return' && value && !isNothing(value)) answers.push(value)
  })
  const [answer] = answers
  const isOne = answers.every((one) => one === answer || isSameName(one, answer))
  const around = classAround(callee)
  return answer && isOne ? { expr: answer, scope: callee.scope, ...(around && { cls: around }) } : undefined
}

const isSameName = (one: ExprNode, other: ExprNode | undefined): boolean =>
  one.nodeType === 'Name' && other?.nodeType === 'Name' && one.id === other.id

/** `self.load`, `Factory.create`: a method by its class. */
function methodNamed(func: ExprNode, scope: Scope, cls?: PyClass): PyFunction | undefined {
  if (func.nodeType !== 'Attribute') return undefined
  if (cls && isSelf(func.value, cls)) return methodOf(cls, func.attr)
  const named = classNamed(func.value, scope)
  return named && !named.options ? methodOf(named, func.attr) : undefined
}

/** The class of this file that an expression is an object of. */
export function instanceOf(
  expr: ExprNode,
  scope: Scope,
  cls?: PyClass,
  depth = DEEPEST,
): { readonly cls: PyClass; readonly made: Call } | undefined {
  const found = meaningOf(expr, scope)
  if (!found) return undefined
  if (found.expr.nodeType === 'Attribute' && cls) {
    const kept = attributeValue(found.expr, cls)
    return kept && depth > 0 ? instanceOf(kept.expr, kept.scope, undefined, depth - 1) : undefined
  }
  if (found.expr.nodeType !== 'Call') return undefined
  const { func } = found.expr
  const named = classNamed(func, found.scope) ?? withOptions(func, found.scope)
  if (named) return { cls: named, made: found.expr }
  const made = depth > 0 ? returnedBy(func, found.scope, cls) : undefined
  return made && instanceOf(made.expr, made.scope, made.cls, depth - 1)
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
  const found = lineOf(cls)
    .flatMap(attributesOf)
    .filter(({ name, value }) => name === expr.attr && !isNothing(value))
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
  lineOf(cls)
    .flatMap(({ methods }) => methods)
    .find((one) => one.name === name)

/** A class and those of this file that it comes from. */
export function lineOf(cls: PyClass, seen: readonly PyClass[] = []): readonly PyClass[] {
  if (seen.includes(cls)) return []
  const bases = cls.node.bases.flatMap((base) => classNamed(base, cls.home) ?? [])
  return [cls, ...bases.flatMap((base) => lineOf(base, [...seen, cls]))]
}

/** The function of this file that an expression names. */
export function calleeOf(target: ExprNode, fn: PyFunction | undefined, scope: Scope): PyFunction | undefined {
  const named = functionOf(target, scope)
  if (named) return named
  const built = classNamed(target, scope)
  // A Modal class is built where its container runs, not where it is named.
  if (built) return built.options ? undefined : methodOf(built, '__init__')
  if (target.nodeType !== 'Attribute') return undefined
  const cls = classAround(fn)
  const method = methodNamed(target, scope, cls)
  if (method) return method
  const instance = instanceOf(target.value, scope, cls)
  return instance && methodOf(instance.cls, target.attr)
}

/** The class whose `self` a function sees: its own, or that of the method that it is written in. */
export function classAround(fn: PyFunction | undefined): PyClass | undefined {
  return fn && (fn.cls ?? classAround(fn.within))
}

/** The method that runs where `self.llm` is read. */
export function propertyOf(expr: ExprNode, fn: PyFunction): PyFunction | undefined {
  if (expr.nodeType !== 'Attribute' || expr.ctx.nodeType !== 'Load') return undefined
  const method = calleeOf(expr, fn, fn.scope)
  return method?.decorators.some(({ dotted }) => dotted === 'property') ? method : undefined
}
