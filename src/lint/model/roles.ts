import { type Call, type ExprNode, isCall, isFunctionNode, stringOf, visitOwn } from '../syntax.ts'
import type { Decorator, Model, Options, PyFunction, Role, Scope } from './model.ts'
import { dottedOf, functionOf, meaningOf } from './names.ts'

const OF_MODAL: Readonly<Record<string, Role>> = {
  fastapi_endpoint: 'endpoint',
  web_endpoint: 'endpoint',
  asgi_app: 'server',
  wsgi_app: 'server',
  web_server: 'server',
  enter: 'enter',
  exit: 'exit',
  method: 'method',
  batched: 'method',
}
const ROUTE_METHODS =
  /^(?:get|post|put|delete|patch|options|head|route|api_route|websocket|websocket_route|middleware)$/
/** What has routes: FastAPI, its routers, Flask, Starlette. */
const WEB_APPS = /(?:^|\.)(?:FastAPI|APIRouter|Flask|Blueprint|Starlette|Quart|Sanic)$/

/** Says of every function and class what calls it, and what Modal was told about it. */
export function giveRoles(model: Model): void {
  for (const cls of model.classes) {
    const options = cls.decorators.map((one) => appOptions(one, 'cls', cls.home, model)).find(Boolean)
    if (options) cls.options = options
  }
  for (const fn of model.functions) {
    const home = homeOf(fn)
    const options = fn.decorators.map((one) => appOptions(one, 'function', home, model)).find(Boolean)
    if (options) fn.options = options
    const roles = fn.decorators.map((one) => roleOf(one, home)).filter((role) => role !== 'plain')
    fn.role = roles[0] ?? roleInClass(fn) ?? (options ? 'function' : 'plain')
  }
  for (const { body, scope } of model.owners)
    visitOwn(body, (node) => {
      if (!isCall(node) || !WEB_APPS.test(dottedOf(node.func, scope) ?? '')) return
      for (const { arg, value } of node.keywords) {
        const fn = arg === 'lifespan' ? functionOf(value, scope) : undefined
        if (fn) fn.role = 'lifespan'
      }
    })
}

/** What calls a method whose class or base says it: of Starlette, Ray Serve, LitServe. */
function roleInClass({ cls, name }: PyFunction): Role | undefined {
  if (!cls) return undefined
  const bases = cls.node.bases.map((base) => dottedOf(base, cls.home) ?? '')
  if (name === 'dispatch' && bases.some((one) => /(?:^|\.)BaseHTTPMiddleware$/.test(one))) return 'route'
  if (bases.some((one) => /^litserve\.LitAPI$/.test(one))) {
    if (name === 'setup') return 'enter'
    return /^(?:predict|decode_request|encode_response)$/.test(name) ? 'method' : undefined
  }
  const isDeployment = cls.decorators.some(({ dotted }) => dotted === 'ray.serve.deployment')
  return isDeployment && name === '__call__' ? 'endpoint' : undefined
}

/** The scope in which a function's decorators and defaults are read. */
export const homeOf = ({ scope }: PyFunction): Scope => scope.parent ?? scope

function roleOf({ dotted = '', attribute = '', base, call }: Decorator, scope: Scope): Role {
  const [root, name = '', ...more] = dotted.split('.')
  if (root === 'modal' && more.length === 0) return OF_MODAL[name] ?? 'plain'
  if (/^bentoml\.(?:api|task)$/.test(dotted)) return 'endpoint'
  if (attribute === 'local_entrypoint') return 'entrypoint'
  if (attribute === 'on_event' && call)
    return /^(?:startup|shutdown)$/.test(stringOf(call.args[0]) ?? '') ? 'lifespan' : 'plain'
  if (attribute === 'webhook') return 'endpoint'
  return base && call && ROUTE_METHODS.test(attribute) && isWebApp(base, call, scope) ? 'route' : 'plain'
}

/** Whether FastAPI makes the answer of what a function returns. */
export const isFastApi = (fn: PyFunction): boolean =>
  fn.decorators.some(({ dotted = '', base }) => {
    if (/^modal\.(?:fastapi_endpoint|web_endpoint)$/.test(dotted)) return true
    const made = base && meaningOf(base, homeOf(fn))
    if (made?.expr.nodeType !== 'Call') return false
    return /(?:^|\.)(?:FastAPI|APIRouter)$/.test(dottedOf(made.expr.func, made.scope) ?? '')
  })

/** Whether it is an application of the web, or a name for one from elsewhere that is given a path. */
function isWebApp(base: ExprNode, call: Call, scope: Scope): boolean {
  const made = meaningOf(base, scope)
  if (made?.expr.nodeType === 'Call') return WEB_APPS.test(dottedOf(made.expr.func, made.scope) ?? '')
  return stringOf(call.args[0])?.startsWith('/') ?? false
}

/** What `@app.function(…)` or `@app.cls(…)` was given. Absent: it is another decorator. */
function appOptions(
  { attribute, base, call }: Decorator,
  kind: 'function' | 'cls',
  scope: Scope,
  { usesModal }: Model,
): Options | undefined {
  if (attribute !== kind || !base || !usesModal) return undefined
  const made = meaningOf(base, scope)
  // An app from another file of the project is one, too.
  const isApp =
    made === undefined || made.expr.nodeType !== 'Call'
      ? true
      : /^modal\.(?:App|Stub)(?:\.lookup)?$/.test(dottedOf(made.expr.func, made.scope) ?? '')
  if (!isApp) return undefined
  const keywords = call?.keywords ?? []
  return {
    values: new Map(keywords.flatMap(({ arg, value }) => (arg ? [[arg, value] as const] : []))),
    isOpen: keywords.some(({ arg }) => !arg),
  }
}

/** Whether a decorator keeps the first answer: the body then runs once for its arguments. */
const KEEPS =
  /(?:^|\.)(?:lru_cache|cache|cached|cached_property|alru_cache|cache_resource|multiplexed|once|singleton|memoize)$/

export const isKept = ({ decorators }: PyFunction): boolean =>
  decorators.some(({ dotted, attribute, expr }) => {
    const called = expr.nodeType === 'Call' ? expr.func : expr
    const name = called.nodeType === 'Name' ? called.id : attribute
    return KEEPS.test(dotted ?? '') || KEEPS.test(name ?? '')
  })

export const isContextManager = (fn: PyFunction): boolean =>
  isFunctionNode(fn.node) && fn.decorators.some(({ dotted = '' }) => /contextmanager$/.test(dotted))
