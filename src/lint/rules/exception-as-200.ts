import { calleeOf } from '../model/calls.ts'
import { constantOf } from '../model/constants.ts'
import type { Model, PyFunction } from '../model/model.ts'
import { dottedOf } from '../model/names.ts'
import { homeOf } from '../model/roles.ts'
import {
  type ASTNode,
  allBelow,
  type ExceptHandler,
  type Expr,
  type ExprNode,
  type Located,
  type Stmt,
  visitOwn,
} from '../syntax.ts'
import { type Broad, broadHandlers, tellsOfFailure } from './broad-handlers.ts'
import { generatesIn } from './generates-in.ts'
import { isPlain, returnsOf, setsStatus } from './plain-answers.ts'
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
    const caught = answering(model).flatMap((fn) =>
      broadHandlers(fn).flatMap((one) =>
        isLoud(one.handler) ? [] : answersOf(one, fn).map((at) => ({ at, message: saysOf(fn) })),
      ),
    )
    return [...caught, ...handlersOfAll(model)]
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
  decorators.some(({ attribute = '' }) => /websocket/.test(attribute))

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

/** The answers of a handler that tell of the failure and have no status of their own: returned, or kept for the return. */
function answersOf({ handler, tried, isInLoop }: Broad, fn: PyFunction): readonly Found['at'][] {
  const { body, name } = handler
  const found: Found['at'][] = []
  const isAnswer = !isInLoop && generatesIn(tried, fn)
  const isJudgedLater = setsStatus(behind(handler, fn))
  visitOwn(body, (node) => {
    if (node.nodeType === 'Return') {
      const { value } = node as Stmt<'Return'>
      if (value && isPlain(value, fn) && tellsOfFailure(value, name)) found.push(node as Found['at'])
      return
    }
    if (node.nodeType !== 'Assign' || isJudgedLater) return
    const { value, targets } = node as Stmt<'Assign'>
    const [target] = targets
    if (!target || !isPlain(value, fn) || !(tellsOfFailure(value, name) || isNamedError(target))) return
    if (isReturned(target, fn) || (isAnswer && goesOut(target, fn))) found.push(node as Found['at'])
  })
  // What is written field by field is one answer.
  return found.filter(({ nodeType }, index) => nodeType !== 'Assign' || index === found.length - 1)
}

/** What follows the handler: there the failure may still get its status. */
const behind = ({ end_lineno: end = 0 }: ExceptHandler, { node }: PyFunction): readonly ASTNode[] =>
  allBelow(node.body).filter((one) => ((one as Partial<Located>).lineno ?? 0) > end)

/** `result["error"] = …`, `answer.error = …`. */
const isNamedError = (target: ExprNode): boolean =>
  target.nodeType !== 'Name' && tellsOfFailure(target, undefined)

const isReturned = (target: ExprNode, fn: PyFunction): boolean =>
  target.nodeType === 'Name' &&
  returnsOf(fn).some((value) => value.nodeType === 'Name' && value.id === target.id)

/** Whether a name is a part of the answer, or an object that is the answer gets a field. */
function goesOut(target: ExprNode, fn: PyFunction): boolean {
  if (target.nodeType === 'Name')
    return returnsOf(fn).some(
      (value) =>
        isPlain(value, fn) &&
        allBelow([value]).some((one) => one.nodeType === 'Name' && (one as Expr<'Name'>).id === target.id),
    )
  if (target.nodeType !== 'Attribute' && target.nodeType !== 'Subscript') return false
  return isReturned(target.value, fn) || goesOut(target.value, fn)
}

/** A handler of every exception, registered with the application, whose answer has no status of its own. */
function handlersOfAll({ functions }: Model): readonly Found[] {
  return functions
    .filter((fn) => fn.decorators.some((one) => catchesAll(one, fn)) && !setsStatus(fn.node.body))
    .flatMap((fn) => {
      const found: Found[] = []
      visitOwn(fn.node.body, (node) => {
        const { value } = node as Stmt<'Return'>
        if (node.nodeType === 'Return' && value && isPlain(value, fn))
          found.push({ at: node as Found['at'], message: saysOf(fn) })
      })
      return found
    })
}

function catchesAll({ attribute = '', call }: PyFunction['decorators'][number], fn: PyFunction): boolean {
  const [of] = call?.args ?? []
  if (!of || !/^(?:exception_handler|errorhandler|app_errorhandler|exception)$/.test(attribute)) return false
  return /^(?:Base)?Exception$/.test(dottedOf(of, homeOf(fn)) ?? '') || constantOf(of, homeOf(fn)) === 500
}
