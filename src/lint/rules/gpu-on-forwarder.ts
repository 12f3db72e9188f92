import { callWeight } from '../model/call-weight.ts'
import type { Model, PyFunction } from '../model/model.ts'
import { withNested } from '../model/nested.ts'
import { hasGpu, hostOf } from '../model/options.ts'
import { isCall, visitOwn } from '../syntax.ts'
import type { Rule } from './rule.ts'

export const gpuOnForwarder: Rule = {
  id: 'gpu-on-forwarder',
  severity: 'error',
  says: 'A web function has a GPU and only hands its requests on.',
  why: 'Each request then holds two GPUs, the one of the front and the one of the model, and waits for both to start. The one of the front computes nothing.',
  fix: 'Take gpu= away from the web function; the class that holds the model keeps it.',
  example: {
    bad: `import modal

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)

@app.function(gpu="A100")
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    return Model().generate.remote(request["prompt"])
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
    return model.functions.flatMap((fn) => {
      const host = fn.options && hostOf(fn)
      const gpu = fn.options?.values.get('gpu')
      if (!host || !gpu || !hasGpu(host) || (fn.role !== 'endpoint' && fn.role !== 'server')) return []
      if (!onlyForwards(fn, model)) return []
      return [
        {
          at: gpu,
          message: `${fn.name} has a GPU and only hands its requests on to a container that has its own.`,
        },
      ]
    })
  },
}

function onlyForwards(fn: PyFunction, model: Model): boolean {
  const weights = new Set<string>()
  for (const one of withNested(fn, model))
    visitOwn(one.node.body, (node) => void (isCall(node) && weights.add(callWeight(node, one))))
  return weights.has('forward') && !weights.has('heavy')
}
