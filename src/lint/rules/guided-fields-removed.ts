import type { Model, Owner, Scope } from '../model/model.ts'
import { dottedOf, meaningOf } from '../model/names.ts'
import {
  type ASTNode,
  allBelow,
  type Call,
  type Expr,
  isCall,
  type Keyword,
  type Stmt,
  stringOf,
  visitOwn,
} from '../syntax.ts'
import { isAtLeast, type Pinned } from '../versions.ts'
import type { Found, Rule } from './rule.ts'

/** The first release without them. */
const REMOVED = [0, 12]

export const guidedFieldsRemoved: Rule = {
  id: 'guided-fields-removed',
  severity: 'error',
  says: 'guided_json and its like are used with a vLLM that has no such fields.',
  why: 'vLLM 0.12 removed GuidedDecodingParams and the guided_* fields. An import of the class fails; a field of a request is dropped in silence, so that free text comes back with HTTP 200.',
  fix: 'Use StructuredOutputsParams and SamplingParams(structured_outputs=…), and structured_outputs or response_format in requests (vLLM 0.11 knows both).',
  example: {
    bad: `import modal

image = modal.Image.debian_slim().pip_install("vllm==0.12.0")

def parameters(schema):
    from vllm import SamplingParams
    from vllm.sampling_params import GuidedDecodingParams
    return SamplingParams(guided_decoding=GuidedDecodingParams(json=schema))
`,
    good: `import modal

image = modal.Image.debian_slim().pip_install("vllm==0.12.0")

def parameters(schema):
    from vllm import SamplingParams
    from vllm.sampling_params import StructuredOutputsParams
    return SamplingParams(structured_outputs=StructuredOutputsParams(json=schema))
`,
  },
  find({ model, versions }) {
    const pinned = versions.of('vllm')
    if (pinned.kind === 'known' && !isAtLeast(pinned.version, REMOVED)) return []
    const isTold =
      pinned.kind !== 'absent' && (pinned.kind !== 'unclear' || isAtLeast(pinned.least ?? [], REMOVED))
    return usesOf(model)
      .filter(({ isOfVllm }) => isTold || isOfVllm)
      .map(({ at, name }) => ({
        at,
        message: `${name}: ${releaseText(pinned)}.`,
        severity: isTold ? ('error' as const) : ('warning' as const),
      }))
  },
}

function releaseText(pinned: Pinned): string {
  if (pinned.kind === 'known') return `vLLM ${pinned.text}, which this file installs, has it no more`
  if (pinned.kind === 'unclear' && isAtLeast(pinned.least ?? [], REMOVED))
    return 'every vLLM that this file allows is 0.12 or later, and has it no more'
  if (pinned.kind === 'newest')
    return 'this file installs the newest vLLM, and 0.12 and later have it no more'
  return 'vLLM 0.12 and later have it no more, and this file does not tell which release it runs with'
}

type Use = {
  readonly at: Found['at']
  readonly name: string
  /** Whether it can belong to nothing but vLLM. */
  readonly isOfVllm: boolean
}

const FIELD = /^guided_(?:json|regex|choice|grammar|decoding_backend|whitespace_pattern)$/

const usesOf = ({ owners }: Model): readonly Use[] => owners.flatMap((owner) => usesIn(owner))

function usesIn({ body, scope }: Owner): readonly Use[] {
  const uses: Use[] = []
  visitOwn(body, (node, above) => {
    if (node.nodeType === 'ImportFrom' && !isTried(above)) {
      const { module = '', names } = node as Stmt<'ImportFrom'>
      if (/^vllm(?:\.|$)/.test(module) && names.some(({ name }) => name === 'GuidedDecodingParams'))
        uses.push({ at: node as Found['at'], name: 'GuidedDecodingParams', isOfVllm: true })
      return
    }
    if (!isOfRelease(above)) uses.push(...storedFields(node, scope))
    if (node.nodeType === 'Dict') {
      const { keys, values } = node as Expr<'Dict'>
      const value = values[keys.findIndex((key) => stringOf(key ?? undefined) === 'extra_body')]
      if (value) uses.push(...fieldsOf({ value }, scope))
    }
    if (!isCall(node)) return
    const dotted = dottedOf(node.func, scope) ?? ''
    // The import says it already where it is one of this name.
    if (
      /^vllm\.(?:.*\.)?GuidedDecodingParams$/.test(dotted) &&
      node.func.nodeType === 'Attribute' &&
      !isTried(above)
    )
      uses.push({ at: node, name: 'GuidedDecodingParams', isOfVllm: true })
    const isParameters = /^vllm\.(?:.*\.)?SamplingParams$/.test(dotted)
    for (const keyword of node.keywords) {
      if (isParameters && keyword.arg === 'guided_decoding' && !isTried(above))
        uses.push({ at: keyword as Found['at'], name: 'SamplingParams(guided_decoding=…)', isOfVllm: true })
      if (keyword.arg === 'extra_body' || keyword.arg === 'json') uses.push(...fieldsOf(keyword, scope))
    }
  })
  // The import says it already.
  const isImported = uses.some(({ name }) => name === 'GuidedDecodingParams')
  return isImported ? uses.filter(({ name }) => !name.startsWith('SamplingParams')) : uses
}

/** The fields of a request's body: of a dict, or of the one that a name stands for. */
function fieldsOf({ value }: Pick<Keyword, 'value'>, scope: Scope): readonly Use[] {
  const body = meaningOf(value, scope)?.expr
  if (body?.nodeType === 'Call' && dottedOf(body.func, scope) === 'dict') return named(body)
  if (body?.nodeType !== 'Dict') return []
  return body.keys.flatMap((key) => {
    const name = stringOf(key ?? undefined)
    return key && name !== undefined && FIELD.test(name) ? [{ at: key, name, isOfVllm: false }] : []
  })
}

/** `extra["guided_json"] = schema`, `payload.update(guided_json=schema)`. */
function storedFields(node: ASTNode, scope: Scope): readonly Use[] {
  if (node.nodeType === 'Subscript') {
    const { ctx, slice } = node as Expr<'Subscript'>
    const name = stringOf(slice)
    return ctx.nodeType === 'Store' && name !== undefined && FIELD.test(name)
      ? [{ at: slice, name, isOfVllm: false }]
      : []
  }
  if (!isCall(node) || node.func.nodeType !== 'Attribute' || node.func.attr !== 'update') return []
  return [...named(node), ...node.args.flatMap((value) => fieldsOf({ value }, scope))]
}

const named = ({ keywords }: Call): readonly Use[] =>
  keywords.flatMap((one) =>
    one.arg && FIELD.test(one.arg) ? [{ at: one as Found['at'], name: one.arg, isOfVllm: false }] : [],
  )

/** Whether a statement is for one release among others: `if VLLM_VERSION < …`. */
const isOfRelease = (above: readonly ASTNode[]): boolean =>
  above.some(
    (one) =>
      one.nodeType === 'If' &&
      allBelow([(one as Stmt<'If'>).test]).some((node) => /version|legacy/i.test(nameIn(node))),
  )

function nameIn(node: ASTNode): string {
  if (node.nodeType === 'Name') return (node as Expr<'Name'>).id
  return node.nodeType === 'Attribute' ? (node as Expr<'Attribute'>).attr : ''
}

/** A file that tries one name and then the other knows what it does, and so does one that asks for the release. */
const isTried = (above: readonly ASTNode[]): boolean =>
  above.some(({ nodeType }) => nodeType === 'Try' || nodeType === 'If' || nodeType === 'ExceptHandler')
