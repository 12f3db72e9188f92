import type { Model, PyFunction } from '../model/model.ts'
import { dottedOf } from '../model/names.ts'
import { parameterNames } from '../model/parameters.ts'
import { type ASTNode, allBelow, childrenOf, type Expr, type ExprNode, isCall } from '../syntax.ts'
import { headOf } from './head-of.ts'
import type { Found, Rule } from './rule.ts'

export const duplicateGenerationLogic: Rule = {
  id: 'duplicate-generation-logic',
  severity: 'warning',
  says: 'Generation is written twice: a web function repeats that of a class or of another one.',
  why: 'A repair of one of the two leaves the other one broken, and the checks of one say nothing about the other.',
  fix: 'Keep it in the method of the class, and let the web function hand its request to it with .remote().',
  example: {
    bad: `import modal
from vllm import SamplingParams

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.method()
    def generate(self, request):
        limit = request.get("max_tokens", 256)
        parameters = SamplingParams(max_tokens=limit, temperature=request["temperature"])
        output = self.llm.generate([request["prompt"]], parameters)[0].outputs[0]
        return {"text": output.text, "tokens": len(output.token_ids)}

@app.function(gpu="A100")
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    limit = request.get("max_tokens", 256)
    parameters = SamplingParams(max_tokens=limit, temperature=request["temperature"])
    output = engine().generate([request["prompt"]], parameters)[0].outputs[0]
    return {"text": output.text, "tokens": len(output.token_ids)}
`,
    good: `import modal
from vllm import SamplingParams

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.method()
    def generate(self, request):
        limit = request.get("max_tokens", 256)
        parameters = SamplingParams(max_tokens=limit, temperature=request["temperature"])
        output = self.llm.generate([request["prompt"]], parameters)[0].outputs[0]
        return {"text": output.text, "tokens": len(output.token_ids)}

@app.function()
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    return Model().generate.remote(request)
`,
  },
  find({ model }) {
    // Of a class and a web function, the web function repeats; of two of a kind, the later one.
    const all = [...modalMethods(model), ...fronts(model)].filter(generatesItself)
    return all.flatMap((one, index) => {
      const twin = all
        .slice(0, index)
        .find((other) => isApart(one, other) && likeness(one, other) >= LEAST_LIKENESS)
      if (!twin) return []
      const message = `${one.name} repeats the generation of ${ownName(twin)} (line ${twin.node.lineno}).`
      return [{ at: headOf(one.node), message } satisfies Found]
    })
  },
}

const fronts = ({ functions }: Model): readonly PyFunction[] =>
  functions.filter(({ cls, role }) => !cls?.options && (role === 'endpoint' || role === 'route'))

const ownName = ({ cls, name }: PyFunction): string => (cls ? `${cls.name}.${name}` : name)

/** Neither is written inside the other, nor inside what holds the other. */
const isApart = (one: PyFunction, other: PyFunction): boolean =>
  !isInside(one, other) && !isInside(other, one)

const modalMethods = ({ functions }: Model): readonly PyFunction[] =>
  functions.filter(({ cls }) => cls?.options)

const isInside = (fn: PyFunction, outer: PyFunction): boolean =>
  fn.within !== undefined &&
  (fn.within === outer ||
    (outer.cls !== undefined && fn.within.cls === outer.cls) ||
    isInside(fn.within, outer))

/** Whether a function makes sampling parameters and generates with them. */
const generatesItself = ({ node, scope }: PyFunction): boolean => {
  const calls = allBelow(node.body).filter(isCall)
  return (
    calls.some(({ func }) => /(?:^|\.)SamplingParams$/.test(dottedOf(func, scope) ?? '')) &&
    calls.some(({ func }) => func.nodeType === 'Attribute' && /^(?:generate|chat)$/.test(func.attr))
  )
}

/** The share of the smaller one's parts that the other has too, from which two functions do the same. */
const LEAST_LIKENESS = 0.75
/** Fewer equal parts than this are alike by chance. */
const LEAST_SHARED = 4
/** Parts smaller than this are alike everywhere. */
const LEAST_NODES = 6

/** As it is written, or with all that the request brings as one thing: whichever shows more. */
const likeness = (one: PyFunction, other: PyFunction): number =>
  Math.max(shareOf(partsOf(one, []), partsOf(other, [])), shareOf(partsOf(one), partsOf(other)))

function shareOf(mine: readonly string[], theirs: string[]): number {
  const smaller = Math.min(mine.length, theirs.length)
  const shared = mine.filter((part) => {
    const at = theirs.indexOf(part)
    if (at >= 0) theirs.splice(at, 1)
    return at >= 0
  }).length
  return shared < LEAST_SHARED ? 0 : shared / smaller
}

/** The expressions of a function as shapes: what they read and call, without where the engine is kept. */
function partsOf(
  { node }: PyFunction,
  given = parameterNames(node).filter((name) => name !== 'self'),
): string[] {
  const values = allBelow(node.body).filter(
    ({ nodeType }) =>
      nodeType === 'Call' || nodeType === 'Dict' || nodeType === 'Subscript' || nodeType === 'Keyword',
  )
  return values
    .filter((value) => !isGiven(value, given) && allBelow([value]).length >= LEAST_NODES)
    .map((value) => shapeOf(value, given))
}

/** `prompt`, `body["prompt"]`, `body.get("prompt", "")`, `request.prompt`: what the request brings, however it came. */
function isGiven(node: ASTNode, given: readonly string[]): boolean {
  if (node.nodeType === 'Name') return given.includes((node as Expr<'Name'>).id)
  if (node.nodeType === 'Subscript' || node.nodeType === 'Attribute')
    return isGiven((node as Expr<'Attribute'>).value, given)
  if (!isCall(node) || node.func.nodeType !== 'Attribute') return false
  return node.func.attr === 'get' && isGiven(node.func.value, given)
}

function shapeOf(node: ASTNode, given: readonly string[]): string {
  if (isGiven(node, given)) return '<given>'
  const inside = (one: ASTNode): string => shapeOf(one, given)
  switch (node.nodeType) {
    case 'Name':
      return (node as Expr<'Name'>).id
    case 'Constant':
      return JSON.stringify((node as Expr<'Constant'>).value) ?? ''
    case 'Attribute': {
      const { attr, value } = node as Expr<'Attribute'>
      return /^(?:generate|chat)$/.test(attr) ? `.${attr}` : `${inside(value as ExprNode)}.${attr}`
    }
    case 'Keyword':
      return `${(node as ASTNode & { readonly arg?: string }).arg ?? '**'}=${childrenOf(node).map(inside).join()}`
    case 'Load':
      return ''
    default:
      return `${node.nodeType}(${childrenOf(node).map(inside).join()})`
  }
}
