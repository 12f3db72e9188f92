import { calleeOf } from '../model/calls.ts'
import { constantOf } from '../model/constants.ts'
import type { PyFunction } from '../model/model.ts'
import { classNamed, dottedOf } from '../model/names.ts'
import { isFastApi } from '../model/roles.ts'
import {
  type ASTNode,
  allBelow,
  type Expr,
  type ExprNode,
  type Keyword,
  type Stmt,
  visitOwn,
} from '../syntax.ts'

/** Whether a status other than one of success is said somewhere. */
export const setsStatus = (body: readonly ASTNode[]): boolean =>
  allBelow(body).some((node) => {
    if (node.nodeType === 'Keyword') {
      const { arg = '', value } = node as Keyword
      return /^status(?:_code)?$/.test(arg) && !saysSuccess(value)
    }
    if (node.nodeType === 'Attribute') return /^status(?:_code)?$/.test((node as Expr<'Attribute'>).attr)
    return node.nodeType === 'Name' && /^(?:HTTPException|abort)$/.test((node as Expr<'Name'>).id)
  })

/** 200 and its like; `status="error"` is a word of the answer, no status of HTTP. */
function saysSuccess(value: ExprNode): boolean {
  if (value.nodeType === 'Attribute') return /^(?:HTTP_2\d\d|OK$)/.test(value.attr)
  if (value.nodeType !== 'Constant') return false
  const said = String(value.value)
  return !/^\d/.test(said) || /^[123]/.test(said)
}

/** Calls that pass a value on without a status. */
const PASSES_ON =
  /(?:^|\.)(?:dict|str|asdict|dumps|jsonify|JSONResponse|ORJSONResponse|PlainTextResponse|HTMLResponse|Response)$/

/** Whether a value goes out with 200. What another file makes may carry a status: it counts as one that does. */
export function isPlain(value: ExprNode, fn: PyFunction): boolean {
  if (['Dict', 'JoinedStr', 'Constant', 'BinOp'].includes(value.nodeType)) return true
  if (value.nodeType === 'Tuple') return isPlainPair(value, fn)
  if (value.nodeType !== 'Call') return false
  const { func } = value
  const callee = calleeOf(func, fn, fn.scope)
  if (callee) return !setsStatus(callee.node.body) && returnsPlain(callee)
  if (classNamed(func, fn.scope)) return isData(func, fn)
  if (func.nodeType === 'Attribute' && /^(?:model_dump|dict|json|model_dump_json)$/.test(func.attr))
    return isPlain(func.value, fn)
  if (!PASSES_ON.test(dottedOf(func, fn.scope) ?? '')) return false
  const [first] = value.args
  return value.args.length <= 1 && (first?.nodeType !== 'Call' || isPlain(first, fn))
}

/** `return {…}, 500`: Flask takes the number as the status, FastAPI sends both as a list. */
function isPlainPair({ elts: [answer, status] }: Expr<'Tuple'>, fn: PyFunction): boolean {
  if (!answer || !status || !isPlain(answer, fn)) return false
  const said = constantOf(status, fn.scope)
  return typeof said === 'number' && (said < 400 || isFastApi(fn))
}

/** What a function returns, in its own statements. */
export function returnsOf({ node: { body } }: PyFunction): readonly ExprNode[] {
  const returns: ExprNode[] = []
  visitOwn(body, (node) => {
    const { value } = node as Stmt<'Return'>
    if (node.nodeType === 'Return' && value) returns.push(value)
  })
  return returns
}

const returnsPlain = (fn: PyFunction): boolean => {
  const returns = returnsOf(fn)
  return returns.length > 0 && returns.every((value) => value.nodeType === 'Dict')
}

/** A class of fields, not one that answers by itself. */
function isData(func: ExprNode, fn: PyFunction): boolean {
  const cls = classNamed(func, fn.scope)
  const isModel = cls?.node.bases.some((base) => /(?:^|\.)BaseModel$/.test(dottedOf(base, cls.home) ?? ''))
  const isDataclass = cls?.decorators.some(({ dotted = '' }) => /(?:^|\.)dataclass$/.test(dotted))
  return Boolean(isModel || isDataclass)
}
