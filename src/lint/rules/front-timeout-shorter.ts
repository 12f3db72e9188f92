import { calledOf, calleeOf } from '../model/calls.ts'
import type { PyFunction } from '../model/model.ts'
import { withNested } from '../model/nested.ts'
import { hostOf, timeoutOf } from '../model/options.ts'
import { type Call, isCall, visitOwn } from '../syntax.ts'
import type { Found, Rule } from './rule.ts'

export const frontTimeoutShorter: Rule = {
  id: 'front-timeout-shorter',
  severity: 'warning',
  says: 'A web function ends sooner than the function that it waits for may.',
  why: 'A long generation, or one that meets a cold start, is cut off at the front while the GPU goes on computing an answer that nobody reads.',
  fix: 'Give the web function a timeout= of at least that of the class, and room for its start.',
  example: {
    bad: `import modal

app = modal.App("chat")

@app.cls(gpu="A100", timeout=600)
class Model:
    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)

@app.function(timeout=10)
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    return Model().generate.remote(request["prompt"])
`,
    good: `import modal

app = modal.App("chat")

@app.cls(gpu="A100", timeout=600)
class Model:
    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)

@app.function(timeout=900)
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    return Model().generate.remote(request["prompt"])
`,
  },
  find({ model }) {
    return model.functions.flatMap((fn) => {
      const host = fn.role === 'endpoint' || fn.role === 'server' ? hostOf(fn) : undefined
      const own = host && timeoutOf(host)
      if (!host || own === undefined) return []
      const waits = withNested(fn, model).flatMap((one) => waitsFor(one))
      const longest = waits.toSorted((one, other) => other.seconds - one.seconds)[0]
      if (!longest || longest.seconds <= own) return []
      const stated = host.options.values.get('timeout')
      const limit = stated ? `${own} s` : `${own} s, the default`
      const message = `${fn.name} ends after ${limit}, and waits for ${longest.name}, which may take ${longest.seconds} s.`
      return [{ at: stated ?? longest.call, message } satisfies Found]
    })
  },
}

/** What a function waits for in other containers, each with its limit. */
function waitsFor(fn: PyFunction) {
  const waits: { readonly call: Call; readonly name: string; readonly seconds: number }[] = []
  visitOwn(fn.node.body, (node) => {
    if (!isCall(node)) return
    const { mode, target } = calledOf(node)
    const callee = mode === 'remote' ? calleeOf(target, fn, fn.scope) : undefined
    const host = callee && hostOf(callee)
    const seconds = host && timeoutOf(host)
    if (callee && seconds !== undefined)
      waits.push({
        call: node,
        name: callee.cls ? `${callee.cls.name}.${callee.name}` : callee.name,
        seconds,
      })
  })
  return waits
}
