import type { ExprNode } from '../syntax.ts'
import type { Scope } from './model.ts'
import { meaningOf } from './names.ts'

/** `N = N + 1` names itself. */
const DEEPEST = 16

type Constant = string | number | boolean | null

/** The value of an expression that the file states: `10 * MINUTES`, `f"A100:{N}"`. Absent: it is only known when the file runs. */
export function constantOf(expr: ExprNode, scope: Scope, depth = DEEPEST): Constant | undefined {
  const found = depth > 0 ? meaningOf(expr, scope) : undefined
  if (!found) return undefined
  const { expr: value } = found
  const inside = (part: ExprNode): Constant | undefined => constantOf(part, found.scope, depth - 1)
  switch (value.nodeType) {
    case 'Constant': {
      const known: unknown = value.value
      return known === null || ['string', 'number', 'boolean'].includes(typeof known)
        ? (known as Constant)
        : undefined
    }
    case 'JoinedStr': {
      const parts = value.values.map((part) => inside(part.nodeType === 'FormattedValue' ? part.value : part))
      return parts.includes(undefined) ? undefined : parts.join('')
    }
    case 'BinOp':
      return calculate(value.op.nodeType, inside(value.left), inside(value.right))
    default:
      return undefined
  }
}

function calculate(
  operator: string,
  left: Constant | undefined,
  right: Constant | undefined,
): Constant | undefined {
  if (typeof left === 'string' && typeof right === 'string' && operator === 'Add') return left + right
  if (typeof left !== 'number' || typeof right !== 'number') return undefined
  if (operator === 'Add') return left + right
  if (operator === 'Sub') return left - right
  if (operator === 'Mult') return left * right
  if (operator === 'Div' && right !== 0) return left / right
  if (operator === 'FloorDiv' && right !== 0) return Math.floor(left / right)
  return undefined
}
