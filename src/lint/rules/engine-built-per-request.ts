import { methodOf } from '../model/calls.ts'
import type { Edge } from '../model/edges.ts'
import { engineBuilt } from '../model/engines.ts'
import { guards } from '../model/guards.ts'
import type { PyFunction } from '../model/model.ts'
import { type OnRequest, onRequest } from '../model/requests.ts'
import { allBelow, type Call, isCall, visitOwn } from '../syntax.ts'
import type { Found, Rule } from './rule.ts'

export const engineBuiltPerRequest: Rule = {
  id: 'engine-built-per-request',
  severity: 'error',
  says: 'A model is loaded in the path of a request.',
  why: 'Each request then takes as long as a cold start (seconds to minutes), and the memory of the GPU is filled again each time. Health stays green meanwhile.',
  fix: 'Load it once: in a method with @modal.enter(), in the lifespan of the application, or at module level.',
  example: {
    bad: `import modal
from vllm import LLM

app = modal.App("chat")

@app.function(gpu="A100")
@modal.fastapi_endpoint(method="POST")
def generate(request: dict):
    llm = LLM("my/model")
    return llm.generate(request["prompt"])[0].outputs[0].text
`,
    good: `import modal
from vllm import LLM

app = modal.App("chat")

@app.cls(gpu="A100")
class Model:
    @modal.enter()
    def load(self):
        self.llm = LLM("my/model")

    @modal.fastapi_endpoint(method="POST")
    def generate(self, request: dict):
        return self.llm.generate(request["prompt"])[0].outputs[0].text
`,
  },
  find({ model }) {
    const reached = onRequest(model)
    return reached.flatMap((one) => [...builtIn(one), ...builtByHand(one)])
  },
}

/** What trains or converts a model loads it for that, and is no server. */
const TRAINS =
  /^(?:train|fit|backward|save_pretrained|push_to_hub|merge_and_unload|quantize|save_quantized|save_model)$/

const isTraining = ({ node }: PyFunction): boolean =>
  allBelow(node.body).some(
    (one) => isCall(one) && one.func.nodeType === 'Attribute' && TRAINS.test(one.func.attr),
  )

function builds(
  { node, scope }: PyFunction,
  each: (call: Call, name: string, isGuarded: boolean) => void,
  fn: PyFunction,
) {
  visitOwn(node.body, (one, above) => {
    const name = isCall(one) ? engineBuilt(one, scope) : undefined
    if (name !== undefined) each(one as Call, name, guards(fn, one, above))
  })
}

function builtIn({ fn, path }: OnRequest): readonly Found[] {
  // Called by hand: what is wrong is the call, see below.
  if (fn.role === 'enter' || fn.role === 'lifespan' || isTraining(fn)) return []
  const found: Found[] = []
  builds(
    fn,
    (call, name, isGuarded) => {
      if (!isGuarded)
        found.push({ at: call, message: `${name}(…) loads the model for each request: ${wayTo(fn, path)}.` })
    },
    fn,
  )
  return found
}

/** A start-up method that a request calls itself. */
function builtByHand({ fn, path }: OnRequest): readonly Found[] {
  const last = path.at(-1)
  if (!last || fn.role !== 'enter') return []
  const found: Found[] = []
  builds(
    fn,
    (_, name, isGuarded) => {
      const message = `${last.from.name} calls ${ownName(fn)}, which loads the model with ${name}(…), for each request.`
      if (!isGuarded && found.length === 0) found.push({ at: last.call as Call, message })
    },
    fn,
  )
  return found
}

function wayTo(fn: PyFunction, path: readonly Edge[]): string {
  if (path.length === 0) return `${ownName(fn)} is ${WHAT[fn.role] ?? 'called for each one'}`
  return path.map(({ from, to }) => `${ownName(from)} calls ${ownName(to)}`).join(', ')
}

const WHAT: Partial<Record<PyFunction['role'], string>> = {
  endpoint: 'a web endpoint',
  route: 'a route',
  method: 'a method that is called for each input',
}

const ownName = (fn: PyFunction): string =>
  fn.cls && methodOf(fn.cls, fn.name) === fn ? `${fn.cls.name}.${fn.name}` : fn.name
