import { calleeOf } from '../model/calls.ts'
import type { Model, PyFunction } from '../model/model.ts'
import { classNamed, dottedOf } from '../model/names.ts'
import {
  type ASTNode,
  allBelow,
  type ExceptHandler,
  type Expr,
  type ExprNode,
  type Keyword,
  type Stmt,
  someOwn,
  visitOwn,
} from '../syntax.ts'
import { broadHandlers, tellsOfFailure } from './broad-handlers.ts'
import type { Found, Rule } from './rule.ts'

export const exceptionAs200: Rule = {
  id: 'exception-as-200',
  severity: 'error',
  says: 'Whatever is raised is turned into an answer with HTTP 200.',
  why: 'Clients, proxies, retries and alarms go by the status. A model that never loaded, or an engine that died, then looks like a service that answers.',
  fix: 'Raise HTTPException(400, …) for what the caller did wrong, and let the rest become a 500, or raise HTTPException(500, …).',
  example: {
    bad: `from fastapi import FastAPI

api = FastAPI()

@api.post("/generate")
def generate(request: dict):
    try:
        return {"text": answer(request)}
    except Exception as problem:
        return {"text": "", "finish_reason": "error", "error": str(problem)}
`,
    good: `from fastapi import FastAPI, HTTPException

api = FastAPI()

@api.post("/generate")
def generate(request: dict):
    try:
        return {"text": answer(request)}
    except ValueError as problem:
        raise HTTPException(400, str(problem)) from problem
`,
  },
  find({ model }) {
    return answering(model).flatMap((fn) =>
      broadHandlers(fn).flatMap((handler) =>
        isLoud(handler) ? [] : answersOf(handler, fn).map((at) => ({ at, message: saysOf(fn) })),
      ),
    )
  },
}

const saysOf = (fn: PyFunction): string =>
  fn.role === 'method'
    ? `${fn.name} returns whatever is raised as an answer, and nothing in this file gives it another status than 200.`
    : `${fn.name} answers whatever is raised with HTTP 200.`

/** The functions whose answer goes out with HTTP 200; of methods only where no front of the file looks at it. */
function answering({ functions }: Model): readonly PyFunction[] {
  const fronts = functions.filter(({ role }) => role === 'endpoint' || role === 'route')
  if (fronts.length === 0) return []
  const handed = handedOn(fronts)
  const isLookedAt = functions.some(({ node }) => setsStatus(node.body))
  return functions.filter((fn) =>
    fronts.includes(fn) ? !isSocket(fn) : handed.has(fn) || (fn.role === 'method' && !isLookedAt),
  )
}

const isSocket = ({ decorators }: PyFunction): boolean =>
  decorators.some(({ attribute = '' }) => /websocket|middleware/.test(attribute))

/** `return self._generate(…)`: what the one returns is the other's answer. */
function handedOn(fronts: readonly PyFunction[]): ReadonlySet<PyFunction> {
  const found = new Set<PyFunction>()
  for (const front of fronts)
    visitOwn(front.node.body, (node) => {
      const { value } = node as Stmt<'Return'>
      if (node.nodeType !== 'Return' || !value) return
      const call = value.nodeType === 'Await' ? value.value : value
      const callee = call.nodeType === 'Call' ? calleeOf(call.func, front, front.scope) : undefined
      if (callee?.role === 'plain') found.add(callee)
    })
  return found
}

/** Whether a handler raises again, or says a status. */
const isLoud = ({ body }: ExceptHandler): boolean =>
  setsStatus(body) || allBelow(body).some(({ nodeType }) => nodeType === 'Raise')

const setsStatus = (body: readonly ASTNode[]): boolean =>
  allBelow(body).some((node) => {
    if (node.nodeType === 'Keyword') return /^status(?:_code)?$/.test((node as Keyword).arg ?? '')
    if (node.nodeType === 'Attribute') return /^status(?:_code)?$/.test((node as Expr<'Attribute'>).attr)
    return node.nodeType === 'Name' && /^(?:HTTPException|abort)$/.test((node as Expr<'Name'>).id)
  })

/** The answers of a handler that tell of the failure and have no status of their own: returned, or kept for the return. */
function answersOf({ body, name }: ExceptHandler, fn: PyFunction): readonly Found['at'][] {
  const found: Found['at'][] = []
  visitOwn(body, (node) => {
    const { value, targets } = node as ASTNode & {
      readonly value?: ExprNode
      readonly targets?: readonly ExprNode[]
    }
    const isKept = node.nodeType === 'Assign' && targets?.some((one) => isReturned(one, fn))
    if (!value || (node.nodeType !== 'Return' && !isKept)) return
    if (isPlain(value, fn) && tellsOfFailure(value, name)) found.push(node as Found['at'])
  })
  return found
}

const isReturned = (target: ExprNode, { node }: PyFunction): boolean =>
  someOwn(node.body, (one) => {
    const { value } = one as Stmt<'Return'>
    return (
      one.nodeType === 'Return' &&
      value?.nodeType === 'Name' &&
      target.nodeType === 'Name' &&
      value.id === target.id
    )
  })

/** Calls that pass a value on without a status. */
const PASSES_ON = /(?:^|\.)(?:dict|str|asdict|dumps|jsonify|JSONResponse|ORJSONResponse|PlainTextResponse)$/

/** Whether a value goes out with 200. What another file makes may carry a status: it counts as one that does. */
function isPlain(value: ExprNode, fn: PyFunction): boolean {
  if (['Dict', 'JoinedStr', 'Constant', 'BinOp'].includes(value.nodeType)) return true
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

const returnsPlain = (fn: PyFunction): boolean => {
  const returns: ExprNode[] = []
  visitOwn(fn.node.body, (node) => {
    const { value } = node as Stmt<'Return'>
    if (node.nodeType === 'Return' && value) returns.push(value)
  })
  return returns.length > 0 && returns.every((value) => value.nodeType === 'Dict')
}

/** A class of fields, not one that answers by itself. */
function isData(func: ExprNode, fn: PyFunction): boolean {
  const cls = classNamed(func, fn.scope)
  const isModel = cls?.node.bases.some((base) => /(?:^|\.)BaseModel$/.test(dottedOf(base, cls.home) ?? ''))
  const isDataclass = cls?.decorators.some(({ dotted = '' }) => /(?:^|\.)dataclass$/.test(dotted))
  return Boolean(isModel || isDataclass)
}
