import { asksSyncEngine } from '../model/engines.ts'
import type { PyFunction } from '../model/model.ts'
import { hostOf, inputsOf } from '../model/options.ts'
import { onRequest } from '../model/requests.ts'
import { type ASTNode, allBelow, type Expr, isCall, visitOwn } from '../syntax.ts'
import type { Found, Rule } from './rule.ts'

export const syncGenerateUnderConcurrency: Rule = {
  id: 'sync-generate-under-concurrency',
  severity: 'error',
  says: "vLLM's synchronous LLM is asked by several requests at a time.",
  why: 'LLM.generate is made for one caller: called from several threads, requests get the answers of others or the engine dies; called from an async function, it blocks every other request, health too.',
  fix: 'Use AsyncLLM (AsyncLLMEngine in older releases), which batches concurrent requests; or let the container take one input at a time, or collect inputs with @modal.batched.',
  example: {
    bad: `import modal
from vllm import LLM

app = modal.App("chat")

@app.cls(gpu="A100")
@modal.concurrent(max_inputs=10)
class Model:
    @modal.enter()
    def load(self):
        self.llm = LLM("my/model")

    @modal.method()
    def generate(self, prompt):
        return self.llm.generate(prompt)[0].outputs[0].text
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
    def generate(self, prompt):
        return self.llm.generate(prompt)[0].outputs[0].text
`,
  },
  find({ model }) {
    return onRequest(model).flatMap(({ fn, path }) => {
      const several = concurrency(fn, path[0]?.from ?? fn, model.usesModal)
      if (several === undefined || [fn, ...path.map(({ from }) => from)].some(takesTurns)) return []
      const found: Found[] = []
      visitOwn(fn.node.body, (node) => {
        if (isCall(node) && asksSyncEngine(node, fn))
          found.push({ at: node, message: `${fn.name} asks the synchronous LLM, and ${several}.` })
      })
      return found
    })
  },
}

/** What makes requests run beside each other; absent where one ends before the next begins. */
function concurrency(fn: PyFunction, root: PyFunction, usesModal: boolean): string | undefined {
  const host = hostOf(fn) ?? hostOf(root)
  if (host) {
    const inputs = inputsOf(host)
    return inputs > 1 ? `its container takes ${inputs} inputs at a time` : undefined
  }
  // Outside Modal a web server has no such limit.
  if (usesModal || root.role !== 'route') return undefined
  return root.node.nodeType === 'AsyncFunctionDef'
    ? 'the event loop that answers all other requests waits for it'
    : 'the web server calls it from several threads'
}

/** `with self.lock:` somewhere on the way. */
const takesTurns = ({ node }: PyFunction): boolean =>
  allBelow(node.body).some(
    (one) =>
      (one.nodeType === 'With' || one.nodeType === 'AsyncWith') &&
      (one as ASTNode & { readonly items: readonly ASTNode[] }).items.some((item) =>
        allBelow([item]).some((inner) => /lock|sem|mutex/i.test(nameIn(inner))),
      ),
  )

function nameIn(node: ASTNode): string {
  if (node.nodeType === 'Name') return (node as Expr<'Name'>).id
  return node.nodeType === 'Attribute' ? (node as Expr<'Attribute'>).attr : ''
}
