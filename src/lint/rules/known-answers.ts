import { constantOf } from '../model/constants.ts'
import type { Scope } from '../model/model.ts'
import { classNamed, dottedOf } from '../model/names.ts'
import { lookup, theOne } from '../model/scope.ts'
import { type ASTNode, childrenOf, type ExprNode, isCall, type Keyword } from '../syntax.ts'

/** What holds parts, and is known where they are. */
const PLAIN = /^(?:Dict|List|Tuple|Constant|JoinedStr|FormattedValue|Keyword|BinOp)$/
/** What only stands between them. */
const MARKS = /^(?:Load|Add|Sub|Mult|Div|FloorDiv|Mod)$/
/** An answer around a constant, and the time of day. */
const AROUND =
  /(?:^|\.)(?:JSONResponse|ORJSONResponse|PlainTextResponse|HTMLResponse|Response|make_response|dict|str|int|float|round|time|monotonic|now|utcnow|isoformat|timestamp|jsonify)$/
const DEEPEST = 8

/** Whether a value is the same whatever the model does: the file states it, or it is the time of day. */
export function isKnown(value: ASTNode, scope: Scope, depth = DEEPEST): boolean {
  if (MARKS.test(value.nodeType)) return true
  if (depth === 0) return false
  const inside = (node: ASTNode): boolean => isKnown(node, scope, depth - 1)
  if (PLAIN.test(value.nodeType)) return childrenOf(value).every(inside)
  if (isCall(value)) {
    const isAround = AROUND.test(nameOf(value.func, scope)) || isOfFields(value.func, scope)
    // `START.isoformat()` is known where START is.
    const base = value.func.nodeType === 'Attribute' ? [value.func.value] : []
    return (
      isAround && [...value.args, ...value.keywords.map((one: Keyword) => one.value), ...base].every(inside)
    )
  }
  if (value.nodeType === 'Attribute') return dottedOf(value as ExprNode, scope) !== undefined
  return value.nodeType === 'Name' && isKnownName(value as ExprNode & { readonly id: string }, scope, depth)
}

function isKnownName(name: ExprNode & { readonly id: string }, scope: Scope, depth: number): boolean {
  if (dottedOf(name, scope) !== undefined || constantOf(name, scope) !== undefined) return true
  const found = theOne(scope, name.id)
  if (found?.binding.kind !== 'value') return false
  // A list or a dict may be filled elsewhere.
  const isFixed = !lookup(scope, name.id)?.isChanged
  return isFixed && isKnown(found.binding.expr, found.scope, depth - 1)
}

const nameOf = (func: ExprNode, scope: Scope): string =>
  dottedOf(func, scope) ?? (func.nodeType === 'Attribute' ? func.attr : '')

/** A class of the file that has fields alone. */
const isOfFields = (func: ExprNode, scope: Scope): boolean => {
  const cls = classNamed(func, scope)
  return cls !== undefined && cls.methods.length === 0 && cls.node.bases.length > 0
}
