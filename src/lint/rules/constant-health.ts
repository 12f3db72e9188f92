import { constantOf } from '../model/constants.ts'
import { engineBuilt } from '../model/engines.ts'
import type { Model, PyFunction } from '../model/model.ts'
import { dottedOf } from '../model/names.ts'
import { allBelow, type ExprNode, isCall, type StmtNode, someOwn, stringOf } from '../syntax.ts'
import { headOf } from './head-of.ts'
import type { Rule } from './rule.ts'

export const constantHealth: Rule = {
  id: 'constant-health',
  severity: 'warning',
  says: 'Health is a constant.',
  why: 'It says that a web server runs, and nothing about the model: it stays green while the model is not loaded, or its engine is dead, so that nothing restarts it and every check of a deploy passes.',
  fix: 'Ask the engine, or generate one token: check_health() of vLLM, or a method of the class that holds the model, through .remote().',
  example: {
    bad: `import modal
from vllm import LLM

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.enter()
    def load(self):
        self.llm = LLM("my/model")

@app.function()
@modal.fastapi_endpoint()
def health():
    return {"status": "healthy"}
`,
    good: `import modal
from vllm import LLM

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.enter()
    def load(self):
        self.llm = LLM("my/model")

    @modal.method()
    def answers(self):
        return len(self.llm.generate("Hello")) == 1

@app.function()
@modal.fastapi_endpoint()
def health():
    return {"healthy": Model().answers.remote()}
`,
  },
  find({ model }) {
    if (!servesModel(model)) return []
    return model.functions
      .filter((fn) => isHealth(fn) && isConstant(fn))
      .map((fn) => ({
        at: headOf(fn.node),
        message: `${fn.name} answers a constant: it is green whatever the model does.`,
      }))
  },
}

const HEALTH = /^(?:.*\/)?(?:health|healthz|health[_-]?check|ready|readyz|readiness)\/?$/i

function isHealth({ role, name, decorators, node }: PyFunction): boolean {
  const asks = [...node.args.posonlyargs, ...node.args.args, ...node.args.kwonlyargs].some(
    ({ arg }) => arg !== 'self',
  )
  // What it is given may be what it checks.
  if (asks) return false
  if (role === 'endpoint') return HEALTH.test(name)
  return role === 'route' && decorators.some(({ call }) => HEALTH.test(stringOf(call?.args[0]) ?? ''))
}

/** Whether the file itself loads a model, or has a Modal class: elsewhere there may be nothing to ask. */
const servesModel = ({ classes, owners }: Model): boolean =>
  classes.some(({ options }) => options?.values.has('gpu')) ||
  owners.some(({ body, scope }) =>
    someOwn(body, (node) => isCall(node) && engineBuilt(node, scope) !== undefined),
  )

const isConstant = (fn: PyFunction): boolean => {
  const statements = fn.node.body.filter((one) => !isSaid(one))
  const [only] = statements
  return (
    statements.length === 1 &&
    only?.nodeType === 'Return' &&
    only.value !== undefined &&
    isKnown(only.value, fn)
  )
}

/** A docstring, or a line for a log. */
const isSaid = (one: StmtNode): boolean =>
  one.nodeType === 'Pass' || (one.nodeType === 'Expr' && one.value.nodeType === 'Constant')

const PLAIN = ['Dict', 'List', 'Tuple', 'Constant', 'Load', 'JoinedStr', 'FormattedValue', 'Keyword']
/** An answer around a constant, and the time of day. */
const AROUND =
  /(?:^|\.)(?:JSONResponse|PlainTextResponse|Response|dict|str|int|round|time|now|utcnow|isoformat|jsonify)$/

const isKnown = (value: ExprNode, fn: PyFunction): boolean =>
  allBelow([value]).every((node) => {
    if (PLAIN.includes(node.nodeType)) return true
    if (isCall(node)) return AROUND.test(nameOf(node.func, fn))
    if (node.nodeType === 'Attribute')
      return dottedOf(node as ExprNode, fn.scope) !== undefined || isMoment(node as ExprNode)
    return (
      node.nodeType === 'Name' &&
      (isImported(node as ExprNode, fn) || constantOf(node as ExprNode, fn.scope) !== undefined)
    )
  })

const nameOf = (func: ExprNode, fn: PyFunction): string =>
  dottedOf(func, fn.scope) ?? (func.nodeType === 'Attribute' ? func.attr : '')

const isMoment = (node: ExprNode): boolean => node.nodeType === 'Attribute' && node.attr === 'isoformat'

/** A module or a class from one: what is called of it is judged by its name. */
const isImported = (node: ExprNode, fn: PyFunction): boolean => dottedOf(node, fn.scope) !== undefined
