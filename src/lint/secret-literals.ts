import { isSecretName } from '../secret-names.ts'
import { holdsPassword, isDrawn, isOfForm, withoutScheme } from './drawn-text.ts'
import { afterFlags, literalsOf, namedBy, nameOf } from './named-values.ts'
import {
  type ASTNode,
  allBelow,
  childrenOf,
  type ExprNode,
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
  [/\bsk-(?:proj-|ant-|or-v1-)?[A-Za-z0-9_-]{32,}/, 'an API key'],
  [/\bgsk_[A-Za-z0-9]{40,}\b/, 'a Groq key'],
  [/\bnvapi-[A-Za-z0-9_-]{60,}/, 'an NVIDIA key'],
  [/\br8_[A-Za-z0-9]{37}\b/, 'a Replicate token'],
  [/\bAIza[A-Za-z0-9_-]{35}/, 'a Google key'],
  [/\bdckr_pat_[A-Za-z0-9_-]{20,}/, 'a Docker token'],
  [/\bglpat-[A-Za-z0-9_-]{20,}/, 'a GitLab token'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, 'a GitHub token'],
  [/\bgithub_pat_[A-Za-z0-9_]{60,}\b/, 'a GitHub token'],
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
    const known = text === undefined ? undefined : KNOWN.find(([form]) => isOfForm(text, form))
    if (known) add(node, known[1])
    if (text !== undefined && holdsPassword(text)) add(node, 'the password in an address')
    if (text !== undefined) for (const flag of secretFlags(text)) add(node, `the value of ${flag}`)
    // A bare `key` is a place in a mapping, or the kind of one, more often than it opens anything.
    for (const [name, value] of namedBy(node))
      if (isSecretName(name) && !PLACES.test(name))
        for (const literal of literalsOf(value))
          if (isDrawn(withoutScheme(stringOf(literal) ?? ''))) add(literal, `the value of ${name}`)
    for (const key of keysOfServers(node, body)) add(key, 'the key that the server asks for')
  }
  return [...found.values()]
}

/** Keys that are places in a mapping. */
const PLACES =
  /^(?:.*_)?(?:cache|primary|foreign|sort|partition|routing|storage|object|redis|lookup|group|index|dedup|idempotency|unique|dict|json|state|query|row)_?keys?$|^keys?$/i

/** The flags of a command line in one text, `"vllm serve m --api-key …"`, whose values are secrets. */
const secretFlags = (text: string): readonly string[] =>
  [...text.matchAll(/(?<=^|\s)(--[\w-]+)(?:=|\s+)(\S+)/g)].flatMap(([, flag = '', value = '']) =>
    isSecretName(flag) && isDrawn(value) ? [flag] : [],
  )

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
