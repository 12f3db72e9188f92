import { calledOf, classAround, instanceOf, methodOf } from '../model/calls.ts'
import type { PyClass } from '../model/model.ts'
import { isCall, visitOwn } from '../syntax.ts'
import type { Found, Rule } from './rule.ts'

export const classCalledWithoutRemote: Rule = {
  id: 'class-called-without-remote',
  severity: 'error',
  says: 'A method of a Modal class is called without .remote().',
  why: 'The object is then an ordinary one in the container of the caller: no @modal.enter() method has run, so that what it loads is missing ("object has no attribute \'llm\'"), and a @modal.method() cannot be called like that at all. A front that turns exceptions into answers hides it behind HTTP 200.',
  fix: 'Call it through .remote(…), or await .remote.aio(…), so that it runs in the container of the class. Use .local(…) only where it is meant to run here: that does call the @modal.enter() methods first.',
  example: {
    bad: `import modal

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)

@app.function()
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    return Model().generate(request["prompt"])
`,
    good: `import modal

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)

@app.function()
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    return Model().generate.remote(request["prompt"])
`,
  },
  find({ model }) {
    const found: Found[] = []
    for (const { body, scope, fn } of model.owners)
      visitOwn(body, (node) => {
        if (!isCall(node)) return
        const { mode, target } = calledOf(node)
        if (mode !== 'direct' || target.nodeType !== 'Attribute') return
        const cls = instanceOf(target.value, scope, classAround(fn))?.cls
        if (!cls?.options || !methodOf(cls, target.attr)) return
        found.push({ at: node, message: saysOf(cls, target.attr) })
      })
    return found
  },
}

function saysOf(cls: PyClass, name: string): string {
  const enter = cls.methods.find(({ role }) => role === 'enter')
  const consequence = enter
    ? `${enter.name} has not run for this object`
    : 'it does not run in the container of the class'
  return `${cls.name}().${name}(…) is called without .remote(): ${consequence}.`
}
