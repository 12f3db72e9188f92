import { parametersOf } from './model/parameters.ts'
import {
  type ASTNode,
  type Call,
  childrenOf,
  type Expr,
  type ExprNode,
  type FunctionNode,
  type Keyword,
  type Stmt,
  stringOf,
} from './syntax.ts'

/** The values that a node gives a name to, or holds against what bears one. */
export function namedBy(node: ASTNode): readonly (readonly [string, ExprNode])[] {
  switch (node.nodeType) {
    case 'Assign': {
      const { targets, value } = node as Stmt<'Assign'>
      return targets.flatMap((target) => nameOf(target).map((name) => [name, value] as const))
    }
    case 'AnnAssign': {
      const { target, value } = node as Stmt<'AnnAssign'>
      return value ? nameOf(target).map((name) => [name, value] as const) : []
    }
    case 'Keyword': {
      const { arg, value } = node as Keyword
      return arg ? [[arg, value]] : []
    }
    case 'Dict': {
      const { keys, values } = node as Expr<'Dict'>
      return keys.flatMap((key, index) => {
        const [name, value] = [stringOf(key ?? undefined), values[index]]
        return name !== undefined && value ? [[name, value] as const] : []
      })
    }
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      return defaultsOf(node as FunctionNode)
    case 'Compare': {
      const { left, comparators } = node as Expr<'Compare'>
      const sides = [left, ...comparators]
      return sides.flatMap((side) =>
        nameOf(side).flatMap((name) => sides.map((other) => [name, other] as const)),
      )
    }
    case 'Call': {
      const { func, args } = node as Call
      const [key, value] = [stringOf(args[0]), args[1]]
      const isPair = key !== undefined && value && KEYED.test(func.nodeType === 'Attribute' ? func.attr : '')
      return [...afterFlags(childrenOf(node)), ...(isPair ? [[key, value] as const] : [])]
    }
    case 'List':
    case 'Tuple':
      return afterFlags(childrenOf(node))
    default:
      return []
  }
}

/** `"--api-key", "…"` of a command. */
export const afterFlags = (items: readonly ASTNode[]): readonly (readonly [string, ExprNode])[] =>
  items.flatMap((item, index) => {
    const [flag, value] = [stringOf(item), items[index + 1]]
    return flag?.startsWith('--') && value ? [[flag, value as ExprNode] as const] : []
  })

export function nameOf(target: ExprNode): readonly string[] {
  if (target.nodeType === 'Name') return [target.id]
  if (target.nodeType === 'Attribute') return [target.attr]
  const key = target.nodeType === 'Subscript' ? stringOf(target.slice) : undefined
  return key === undefined ? [] : [key]
}

/** `os.environ.setdefault("HF_TOKEN", "…")`, `os.getenv("HF_TOKEN", "…")`. */
const KEYED = /^(?:setdefault|get|getenv|pop|setenv|putenv|getitem|setitem)$/

/** `def ask(prompt, api_key="…")`. */
const defaultsOf = (node: FunctionNode): readonly (readonly [string, ExprNode])[] =>
  parametersOf(node).flatMap(({ at, value }) => (value ? [[at.arg, value] as const] : []))

/** The texts that a value may be: behind `or`, in a choice, wrapped as a field's default. */
export function literalsOf(value: ExprNode): readonly ExprNode[] {
  switch (value.nodeType) {
    case 'BoolOp':
      return value.values.flatMap(literalsOf)
    case 'IfExp':
      return [value.body, value.orelse].flatMap(literalsOf)
    case 'Call': {
      const { func, args, keywords } = value
      const name = func.nodeType === 'Attribute' ? func.attr : func.nodeType === 'Name' ? func.id : ''
      // A lookup names its own key; see KEYED.
      if (!/^(?:Field|SecretStr|parameter|str|Header|Form|Query)$/.test(name)) return []
      const defaults = keywords.filter(({ arg }) => arg === 'default').map((one) => one.value)
      return [...args.slice(0, 1), ...defaults].flatMap(literalsOf)
    }
    case 'JoinedStr':
      return value.values.length === 1 ? value.values : []
    default:
      return [value]
  }
}
