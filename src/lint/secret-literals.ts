import { isSecretName } from '../secret-names.ts'
import {
  type ASTNode,
  allBelow,
  childrenOf,
  type Expr,
  type ExprNode,
  type Keyword,
  type Located,
  type Stmt,
  stringOf,
} from './syntax.ts'

export type SecretLiteral = {
  readonly node: Located
  /** What says that it is one: the name that it is given, or the service whose keys look so. */
  readonly named: string
}

/** Keys that say themselves what they are. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/\bhf_[A-Za-z0-9]{30,}\b/, 'a Hugging Face token'],
  [/\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}/, 'an API key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, 'a GitHub token'],
  [/\bAKIA[A-Z0-9]{16}\b/, 'an AWS access key'],
  [/\ba[ks]-[A-Za-z0-9]{22}\b/, 'a Modal token'],
  [/\bxox[abprs]-[A-Za-z0-9-]{20,}/, 'a Slack token'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
]

/** Every text in the file that is a secret: known by its form, or by its name where the text looks drawn by chance. */
export function secretLiterals(body: readonly ASTNode[]): readonly SecretLiteral[] {
  const found = new Map<ASTNode, SecretLiteral>()
  const add = (node: ASTNode | undefined, named: string): void => {
    if (node && !found.has(node)) found.set(node, { node: node as Located, named })
  }
  for (const node of allBelow(body)) {
    const text = stringOf(node)
    const known = text === undefined ? undefined : KNOWN.find(([form]) => form.test(text) && isDrawn(text))
    if (known) add(node, known[1])
    // A bare `key` is a place in a mapping, or the kind of one, more often than it opens anything.
    for (const [name, value] of namedBy(node))
      if (isSecretName(name) && !/^keys?$/i.test(name) && isDrawn(stringOf(value) ?? ''))
        add(value, `the value of ${name}`)
    for (const key of keysOfServers(node, body)) add(key, 'the key that the server asks for')
  }
  return [...found.values()]
}

/** What follows `--api-key` opens the service, however much it looks like a word; or the text that a name of the file stands for. */
function keysOfServers(node: ASTNode, body: readonly ASTNode[]): readonly ASTNode[] {
  if (node.nodeType !== 'List' && node.nodeType !== 'Tuple') return []
  return afterFlags(childrenOf(node))
    .filter(([flag]) => flag === '--api-key')
    .map(([, value]) => (value.nodeType === 'Name' ? textNamed(value.id, body) : value))
    .filter((value) => /^(?!(?:empty|none|null)?$)/i.test(stringOf(value) ?? ''))
    .flatMap((value) => value ?? [])
}

/** The text that a name is bound to at the top of a file, where it is bound once. */
function textNamed(name: string, body: readonly ASTNode[]): ExprNode | undefined {
  const bound = body.flatMap((one) => (one.nodeType === 'Assign' ? [one as Stmt<'Assign'>] : []))
  const values = bound.filter(({ targets }) => targets.some((target) => nameOf(target).includes(name)))
  return values.length === 1 ? values[0]?.value : undefined
}

/** The values that a node gives a name to. */
function namedBy(node: ASTNode): readonly (readonly [string, ExprNode])[] {
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
    case 'Call':
    case 'List':
    case 'Tuple':
      return afterFlags(childrenOf(node))
    default:
      return []
  }
}

/** `"--api-key", "…"` of a command. */
const afterFlags = (items: readonly ASTNode[]): readonly (readonly [string, ExprNode])[] =>
  items.flatMap((item, index) => {
    const [flag, value] = [stringOf(item), items[index + 1]]
    return flag?.startsWith('--') && value ? [[flag, value as ExprNode] as const] : []
  })

function nameOf(target: ExprNode): readonly string[] {
  if (target.nodeType === 'Name') return [target.id]
  if (target.nodeType === 'Attribute') return [target.attr]
  const key = target.nodeType === 'Subscript' ? stringOf(target.slice) : undefined
  return key === undefined ? [] : [key]
}

const SHORTEST = 16
/** In bits a character: words of a language stay below, keys drawn by chance lie above. */
const LEAST_ENTROPY = 3

/** Whether a text looks drawn by chance, rather than written by a person as a name or a placeholder. */
function isDrawn(text: string): boolean {
  if (text.startsWith('-----BEGIN')) return true
  if (text.length < SHORTEST || /\s|[{}<>$]|:\/\/|^[./~]/.test(text)) return false
  if (/your|example|placeholder|changeme|dummy|xxxx|0123456789|1234567890|abcdefgh/i.test(text)) return false
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false
  // Words, and numbers between them: tool_message_v2, meta-llama/Llama-3-8B.
  if (text.split(/[-_./:+=@]+/).every((part) => /^(?:[A-Za-z]*\d{0,4}|\d+[A-Za-z]{0,3})$/.test(part)))
    return false
  const counts = Map.groupBy(text, (character) => character)
  const entropy = [...counts.values()].reduce((sum, { length }) => {
    const share = length / text.length
    return sum - share * Math.log2(share)
  }, 0)
  return entropy >= LEAST_ENTROPY
}
