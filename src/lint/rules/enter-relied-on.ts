import { attributesOf, lineOf } from '../model/calls.ts'
import type { Model, PyClass } from '../model/model.ts'
import { classNamed } from '../model/names.ts'
import { type ASTNode, allBelow, type Expr, type ExprNode, isCall, someOwn } from '../syntax.ts'
import { isAtLeast } from '../versions.ts'
import { headOf } from './head-of.ts'
import type { Found, Rule } from './rule.ts'

/** Read in Modal's own releases on PyPI, `partial_function.py`: up to 0.62.197 it takes the method and warns, 0.62.198 to 0.68.39 raise for it, 0.68.40 does not look any more. */
const WITHOUT_ENTER = '0.68.40'
/** The first release whose `cls.py` refuses a class that has a constructor. */
const WITHOUT_INIT = [1, 6]

export const enterReliedOn: Rule = {
  id: 'enter-relied-on',
  severity: 'error',
  says: 'A Modal class loads its model in __enter__, which Modal does not call, or has an __init__, which it refuses.',
  why: `Modal calls the methods with @modal.enter() when a container of a class starts. Releases up to 0.62.197 called __enter__ too, those from 0.62.198 to 0.68.39 refuse it, and since ${WITHOUT_ENTER} nothing but .local() calls it and nothing says so: what it loads is missing in each request. Since 1.6.0 a class with an __init__ is refused.`,
  fix: 'Put @modal.enter() on the method that loads the model; parameters of the class are fields with modal.parameter().',
  example: {
    bad: `import modal

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    def __enter__(self):
        from vllm import LLM
        self.llm = LLM("my/model")

    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)[0].outputs[0].text
`,
    good: `import modal

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.enter()
    def load(self):
        from vllm import LLM
        self.llm = LLM("my/model")

    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)[0].outputs[0].text
`,
  },
  find({ model, versions }) {
    const modal = versions.of('modal')
    const refusesInit = modal.kind === 'known' && isAtLeast(modal.version, WITHOUT_INIT)
    const found = model.classes
      .filter(({ options }) => options)
      .flatMap((cls) => [...neverEntered(cls, model), ...(refusesInit ? constructors(cls) : [])])
    // Two classes may have one method from the same base.
    return found.filter(({ at }, index) => found.findIndex((one) => one.at.lineno === at.lineno) === index)
  },
}

function neverEntered(cls: PyClass, model: Model): readonly Found[] {
  const line = lineOf(cls)
  const own = line
    .flatMap(({ methods }) => methods)
    .filter(({ name }) => /^__a?enter__$/.test(name))
    // What a class writes itself hides that of its base.
    .filter(({ name }, index, all) => all.findIndex((one) => one.name === name) === index)
    .filter(({ role }) => role !== 'enter')
  if (own.length === 0 || isEntered(cls, model)) return []
  const kept = line.flatMap(attributesOf)
  return own.flatMap((fn) => {
    const set = kept.filter((one) => one.fn === fn).map(({ name }) => name)
    const missing = set.find(
      (name) => isUsed(name, line) && !kept.some((one) => one.name === name && one.fn.role === 'enter'),
    )
    if (missing === undefined) return []
    const message = `${cls.name}.${fn.name} sets self.${missing}, and Modal ${WITHOUT_ENTER} and later does not call it: it has no @modal.enter().`
    return [{ at: headOf(fn.node), message }]
  })
}

const constructors = (cls: PyClass): readonly Found[] =>
  cls.methods
    .filter(({ name }) => name === '__init__')
    .map(({ node }) => ({
      at: headOf(node),
      message: `${cls.name} has an __init__, and Modal 1.6.0 and later refuses such a class.`,
    }))

/** `with Model() as model:` somewhere in the file. */
const isEntered = (cls: PyClass, { owners }: Model): boolean =>
  owners.some(({ body, scope }) =>
    someOwn(body, (node) => {
      const { context_expr } = node as ASTNode & { readonly context_expr?: ExprNode }
      if (node.nodeType !== 'WithItem' || !context_expr) return false
      return isCall(context_expr) && classNamed(context_expr.func, scope) === cls
    }),
  )

const isUsed = (name: string, line: readonly PyClass[]): boolean =>
  line
    .flatMap(({ methods }) => methods)
    .filter((fn) => !/^__a?(?:enter|exit)__$/.test(fn.name))
    .some(({ node }) =>
      allBelow(node.body).some(
        (one) =>
          one.nodeType === 'Attribute' &&
          (one as Expr<'Attribute'>).attr === name &&
          (one as Expr<'Attribute'>).ctx.nodeType === 'Load',
      ),
    )
