import type { ExprNode } from '../syntax.ts'
import { constantOf } from './constants.ts'
import type { Options, PyClass, PyFunction, Scope } from './model.ts'
import { dottedOf, meaningOf } from './names.ts'
import { homeOf } from './roles.ts'

/** What Modal was told about the container in which a function runs, and where that stands. */
export type Host = {
  readonly options: Options
  readonly scope: Scope
  readonly owner: PyFunction | PyClass
}

export function hostOf(fn: PyFunction): Host | undefined {
  if (fn.options) return { options: fn.options, scope: homeOf(fn), owner: fn }
  if (fn.cls?.options) return { options: fn.cls.options, scope: fn.cls.home, owner: fn.cls }
  return fn.within && hostOf(fn.within)
}

/** Whether a container has a GPU. Absent: only a run tells. */
export function hasGpu({ options, scope }: Host): boolean | undefined {
  const gpu = options.values.get('gpu')
  if (!gpu) return options.isOpen ? undefined : false
  const known = constantOf(gpu, scope)
  if (known !== undefined) return typeof known === 'string' && known !== ''
  const made = meaningOf(gpu, scope)
  if (made?.expr.nodeType === 'List') return true
  const isClass = made?.expr.nodeType === 'Call' && isGpuClass(made.expr.func, made.scope)
  return isClass ? true : undefined
}

/** `modal.gpu.A100(count=2)`, as releases before 1.0 wrote it. */
const isGpuClass = (func: ExprNode, scope: Scope): boolean =>
  /^modal\.gpu\./.test(dottedOf(func, scope) ?? '')

/** Modal ends an input that takes longer, where nobody says otherwise. */
const DEFAULT_TIMEOUT_S = 300

/** How long an input may take there, in seconds. Absent: only a run tells. */
export function timeoutOf({ options, scope }: Host): number | undefined {
  const stated = options.values.get('timeout')
  if (!stated) return options.isOpen ? undefined : DEFAULT_TIMEOUT_S
  const seconds = constantOf(stated, scope)
  return typeof seconds === 'number' ? seconds : undefined
}

/** How many inputs a container works on at a time; one, where the file does not say more. */
export function inputsOf({ options, scope, owner }: Host): number {
  const decorator = owner.decorators.find(({ dotted }) => dotted === 'modal.concurrent')
  const stated =
    decorator?.call?.keywords.find(({ arg }) => arg === 'max_inputs')?.value ??
    options.values.get('allow_concurrent_inputs')
  const inputs = stated && constantOf(stated, scope)
  return typeof inputs === 'number' ? inputs : 1
}
