import { engineBuilt } from '../model/engines.ts'
import type { Model, PyFunction } from '../model/model.ts'
import { isCall, type StmtNode, someOwn, stringOf } from '../syntax.ts'
import { headOf } from './head-of.ts'
import { isKnown } from './known-answers.ts'
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

function isHealth({ role, name, decorators, node, path }: PyFunction): boolean {
  const asks = [...node.args.posonlyargs, ...node.args.args, ...node.args.kwonlyargs].some(
    ({ arg }) => !/^(?:self|_|req|request|response)$/.test(arg),
  )
  // What it is given may be what it checks.
  if (asks) return false
  if (role === 'endpoint') return HEALTH.test(name)
  const paths = [...decorators.map(({ call }) => stringOf(call?.args[0])), path]
  return role === 'route' && paths.some((one) => HEALTH.test(one ?? ''))
}

/** Whether the file itself loads a model, or has a Modal class: elsewhere there may be nothing to ask. */
const servesModel = ({ classes, owners }: Model): boolean =>
  classes.some(({ options }) => options?.values.has('gpu')) ||
  owners.some(({ body, scope }) =>
    someOwn(body, (node) => isCall(node) && engineBuilt(node, scope) !== undefined),
  )

/** Whether a function returns what the file states, perhaps through names of its own. */
const isConstant = (fn: PyFunction): boolean => {
  const statements = fn.node.body.filter((one) => !isSaid(one))
  const last = statements.at(-1)
  return (
    last?.nodeType === 'Return' &&
    last.value !== undefined &&
    statements.slice(0, -1).every((one) => one.nodeType === 'Assign' && isKnown(one.value, fn.scope)) &&
    isKnown(last.value, fn.scope)
  )
}

/** A docstring, or a line for a log. */
const isSaid = (one: StmtNode): boolean =>
  /^(?:Pass|Import|ImportFrom)$/.test(one.nodeType) ||
  (one.nodeType === 'Expr' && one.value.nodeType === 'Constant')
