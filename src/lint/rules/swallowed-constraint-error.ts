import { calledOf, calleeOf } from '../model/calls.ts'
import { edgesFrom } from '../model/edges.ts'
import type { Model, PyFunction } from '../model/model.ts'
import { dottedOf, meaningOf } from '../model/names.ts'
import {
  type ASTNode,
  allBelow,
  type Call,
  type ExceptHandler,
  type Expr,
  type ExprNode,
  isCall,
  isNone,
  type Stmt,
  type StmtNode,
  visitOwn,
} from '../syntax.ts'
import type { Found, Rule } from './rule.ts'

export const swallowedConstraintError: Rule = {
  id: 'swallowed-constraint-error',
  severity: 'error',
  says: 'A constraint that cannot be built is left out, and generation goes on without it.',
  why: 'The caller asked for JSON, a pattern or a grammar, and gets free text with HTTP 200.',
  fix: 'Refuse the request: let the error out, or raise HTTPException(400, …) with what the compiler said.',
  example: {
    bad: `from vllm import SamplingParams
from vllm.sampling_params import StructuredOutputsParams

def parameters(schema):
    try:
        structured = StructuredOutputsParams(json=schema)
    except ValueError:
        structured = None
    return SamplingParams(structured_outputs=structured)
`,
    good: `from vllm import SamplingParams
from vllm.sampling_params import StructuredOutputsParams

def parameters(schema):
    return SamplingParams(structured_outputs=StructuredOutputsParams(json=schema))
`,
  },
  find({ model }) {
    return model.functions.flatMap((fn) => {
      const found: Found[] = []
      visitOwn(fn.node.body, (node) => {
        if (node.nodeType === 'With' || node.nodeType === 'AsyncWith') {
          const at = suppressIn(node as Stmt<'With'>, fn)
          const built = at && constraintIn((node as Stmt<'With'>).body, fn)
          if (at && built !== undefined && !generates((node as Stmt<'With'>).body))
            found.push({ at, message: saysOf(fn, built) })
          return
        }
        if (node.nodeType !== 'Try') return
        const { body, handlers } = node as Stmt<'Try'>
        const built = constraintIn(body, fn)
        if (built === undefined || generates(body)) return
        for (const handler of handlers.filter((one) => swallows(one, fn) || givesNone(one, fn, model)))
          found.push({ at: headOf(handler), message: saysOf(fn, built) })
      })
      return found
    })
  },
}

const saysOf = ({ name }: PyFunction, built: string): string =>
  `${name} goes on without the constraint when ${built} fails.`

/** `with contextlib.suppress(Exception):` and where it stands. */
function suppressIn({ items }: Stmt<'With'>, { scope }: PyFunction): Call | undefined {
  const contexts = items.map(({ context_expr }) => context_expr as ExprNode)
  return contexts.filter(isCall).find(({ func }) => dottedOf(func, scope) === 'contextlib.suppress')
}

/** Whether a handler of a helper answers None, and a caller of the file takes that for parameters without a look at it. */
function givesNone({ body }: ExceptHandler, fn: PyFunction, { functions }: Model): boolean {
  if (fn.role !== 'plain' || !body.every((one) => isQuiet(one) || isNoneReturned(one))) return false
  if (!body.some(isNoneReturned)) return false
  return functions.some((caller) => {
    const calls = edgesFrom(caller).filter(({ to }) => to === fn)
    return calls.length > 0 && calls.some(({ call }) => isTakenUnseen(call, caller))
  })
}

const isQuiet = (one: StmtNode): boolean =>
  one.nodeType === 'Pass' || (one.nodeType === 'Expr' && isLogged(one.value))
const isNoneReturned = (one: StmtNode): boolean =>
  one.nodeType === 'Return' && (one.value === undefined || one.value === null || isNone(one.value))

/** Whether what a call made goes into `SamplingParams(structured_outputs=…)`, at once or by a name that no test looks at. */
function isTakenUnseen(call: ASTNode, { node, scope }: PyFunction): boolean {
  const below = allBelow(node.body)
  const held = below
    .filter(isCall)
    .filter(({ func }) => /(?:^|\.)SamplingParams$/.test(dottedOf(func, scope) ?? ''))
    .flatMap(({ keywords }) => keywords.filter(({ arg }) => HOLDS.test(arg ?? '')))
  const isAsked = (name: string): boolean =>
    below.some((one) => one.nodeType === 'If' && namesIn((one as Stmt<'If'>).test).includes(name))
  return held.some(({ value }) => {
    if (allBelow([value]).includes(call)) return true
    if (value.nodeType !== 'Name' || isAsked(value.id)) return false
    const made = meaningOf(value, scope)?.expr
    return made !== undefined && allBelow([made]).includes(call)
  })
}

const namesIn = (expr: ASTNode): readonly string[] =>
  allBelow([expr]).flatMap((one) => (one.nodeType === 'Name' ? [(one as Expr<'Name'>).id] : []))

const BUILDS =
  /^(?:vllm\.(?:.*\.)?(?:StructuredOutputsParams|GuidedDecodingParams)(?:\.from_optional)?|(?:llguidance|xgrammar|outlines|outlines_core|lmformatenforcer)\.(?:.*\.)?[^_.]*(?:grammar|regex|json|schema|cfg|choice|compile|guide|matcher|parser|processor|generator|fsm|index)[^.]*)$/i

/** What builds a constraint in these statements, in helpers of the file too. */
function constraintIn(
  body: readonly ASTNode[],
  fn: PyFunction,
  seen: ReadonlySet<PyFunction> = new Set([fn]),
): string | undefined {
  let built: string | undefined
  visitOwn(body, (node) => {
    if (built !== undefined || !isCall(node)) return
    const dotted = dottedOf(node.func, fn.scope) ?? ''
    if (BUILDS.test(dotted)) built = dotted.split('.').at(-1)
    const { mode, target } = calledOf(node)
    const callee = mode === 'direct' ? calleeOf(target, fn, fn.scope) : undefined
    if (built !== undefined || !callee || seen.has(callee)) return
    if (
      constraintIn(callee.node.body, callee, new Set([...seen, callee])) !== undefined &&
      !generates(callee.node.body)
    )
      built = callee.name
  })
  return built
}

const GENERATES = /^(?:generate|chat|create|stream|beam_search|agenerate|remote)$/

/** Where the answer itself is made inside, it is the answer that fails. */
const generates = (body: readonly ASTNode[]): boolean =>
  allBelow(body).some(
    (node) => isCall(node) && node.func.nodeType === 'Attribute' && GENERATES.test(node.func.attr),
  )

const LEAVES = ['Raise', 'Return', 'Continue', 'Break', 'Yield']

/** Whether a handler does nothing but let the work go on: it logs, empties what was to be built, or builds it without. */
function swallows({ type, body }: ExceptHandler, fn: PyFunction): boolean {
  const isOfImport = type && /Import|ModuleNotFound/.test(JSON.stringify(type))
  const below = allBelow(body)
  if (isOfImport || below.some(({ nodeType }) => LEAVES.includes(nodeType))) return false
  return body.every((one) => {
    if (one.nodeType === 'Pass') return true
    if (one.nodeType === 'Assign') return isEmpty(one.value) || isWithout(one.value, fn)
    return one.nodeType === 'Expr' && isLogged(one.value)
  })
}

const isEmpty = (value: ASTNode): boolean =>
  value.nodeType === 'Constant' && [null, false].includes((value as Expr<'Constant'>).value as null | boolean)

const HOLDS = /^(?:structured_outputs|guided_decoding|logits_processors?)$/

/** Parameters of a generation that nothing holds. */
const isWithout = (value: ASTNode, { scope }: PyFunction): boolean =>
  isCall(value) &&
  /(?:^|\.)SamplingParams$/.test(dottedOf(value.func, scope) ?? '') &&
  !value.keywords.some(({ arg }) => arg === undefined || HOLDS.test(arg))

const LOGS = /^(?:print|debug|info|warning|warn|error|exception|log|write)$/

function isLogged(value: ASTNode): boolean {
  if (!isCall(value)) return value.nodeType === 'Constant'
  const { func } = value
  return LOGS.test(func.nodeType === 'Attribute' ? func.attr : func.nodeType === 'Name' ? func.id : '')
}

const headOf = (handler: ExceptHandler): Found['at'] => ({
  ...handler,
  end_lineno: handler.lineno,
  end_col_offset: handler.type?.end_col_offset ?? handler.col_offset + 'except'.length,
})
