import { callWeight } from '../model/call-weight.ts'
import type { Model, PyClass, PyFunction } from '../model/model.ts'
import { withNested } from '../model/nested.ts'
import { hasGpu, hostOf } from '../model/options.ts'
import { isCall, visitOwn } from '../syntax.ts'
import type { Found, Rule } from './rule.ts'

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
    const ofFunctions = model.functions.flatMap((fn) => {
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
    return [...ofFunctions, ...model.classes.flatMap((cls) => forwardingClass(cls, model))]
  },
}

/** A class whose web methods, and all else in it, only look up and call what runs elsewhere. */
function forwardingClass(cls: PyClass, model: Model): readonly Found[] {
  const gpu = cls.options?.values.get('gpu')
  const front = cls.methods.find(({ role }) => role === 'endpoint' || role === 'server')
  // What a base class does may need the GPU.
  if (!gpu || !front || cls.node.bases.length > 0 || !hasGpuOf(front)) return []
  const weights = cls.methods.flatMap((one) => [...weightsIn(one, model)])
  if (!weights.includes('forward') || weights.includes('heavy')) return []
  const message = `${cls.name} has a GPU and only hands its requests on to a container that has its own.`
  return [{ at: gpu, message }]
}

function hasGpuOf(fn: PyFunction): boolean {
  const host = hostOf(fn)
  return host !== undefined && hasGpu(host) === true
}

function weightsIn(fn: PyFunction, model: Model): ReadonlySet<string> {
  const weights = new Set<string>()
  for (const one of withNested(fn, model))
    visitOwn(one.node.body, (node) => void (isCall(node) && weights.add(callWeight(node, one))))
  return weights
}

function onlyForwards(fn: PyFunction, model: Model): boolean {
  const weights = weightsIn(fn, model)
  return weights.has('forward') && !weights.has('heavy')
}
