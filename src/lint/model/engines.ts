import type { Call, ExprNode } from '../syntax.ts'
import { attributeValue, classAround, returnedBy } from './calls.ts'
import type { PyClass, PyFunction, Scope } from './model.ts'
import { dottedOf, meaningOf } from './names.ts'
import { passedOn } from './passed-on.ts'

type Engine = { readonly from: RegExp; readonly ends: RegExp; readonly isSync?: boolean }

/** What loads a model's weights when it is called. A tokenizer or a configuration is small, and none of these. */
const ENGINES: readonly Engine[] = [
  { from: /^vllm$/, ends: /(?:^|\.)LLM$/, isSync: true },
  {
    from: /^vllm$/,
    ends: /(?:^|\.)(?:AsyncLLMEngine|AsyncLLM|LLMEngine)(?:\.from_(?:engine_args|vllm_config))?$/,
  },
  { from: /^sglang$/, ends: /(?:^|\.)(?:Engine|Runtime)$/ },
  { from: /^tensorrt_llm$/, ends: /(?:^|\.)LLM$/ },
  { from: /^lmdeploy$/, ends: /(?:^|\.)pipeline$/ },
  { from: /^mlc_llm$/, ends: /(?:^|\.)(?:Async)?MLCEngine$/ },
  { from: /^llama_cpp$/, ends: /(?:^|\.)Llama(?:\.from_pretrained)?$/ },
  { from: /^transformers$/, ends: /(?:^|\.)pipeline$/ },
  {
    from: /^(?:transformers|ctransformers|auto_gptq|awq|optimum)$/,
    ends: /(?:^|\.)(?:AutoModel\w*|\w+(?:Model|For[A-Z]\w+|LMHeadModel|AWQForCausalLM))\.from_(?:pretrained|quantized)$/,
  },
  { from: /^diffusers$/, ends: /(?:^|\.)\w*Pipeline\w*\.from_(?:pretrained|single_file)$/ },
  { from: /^sentence_transformers$/, ends: /(?:^|\.)(?:SentenceTransformer|CrossEncoder)$/ },
  { from: /^faster_whisper$/, ends: /(?:^|\.)WhisperModel$/ },
  { from: /^whisper$/, ends: /(?:^|\.)load_model$/ },
]

function engineCalled(
  called: ExprNode,
  scope: Scope,
): { readonly engine: Engine; readonly name: string } | undefined {
  const dotted = dottedOf(called, scope)
  if (dotted === undefined) return undefined
  const [root = '', ...rest] = dotted.split('.')
  const tail = rest.join('.')
  const engine = ENGINES.find(({ from, ends }) => from.test(root) && ends.test(tail))
  return engine && { engine, name: shortName(rest) }
}

const shortName = (rest: readonly string[]): string => {
  const isMaker = /^from_/.test(rest.at(-1) ?? '')
  return rest.slice(isMaker ? -2 : -1).join('.')
}

/** The name of what a call builds, where that loads a model: `LLM`, `AsyncLLMEngine.from_engine_args`. */
export const engineBuilt = (call: Call, scope: Scope): string | undefined =>
  (
    engineCalled(call.func, scope) ??
    passedOn(call)
      .map((one) => engineCalled(one, scope))
      .find(Boolean)
  )?.name

const GENERATES = /^(?:generate|chat|beam_search)$/

/** Whether a call asks vLLM's synchronous `LLM`, kept in a name or in an attribute. */
export function asksSyncEngine(call: Call, fn: PyFunction): boolean {
  const { func } = call
  if (func.nodeType !== 'Attribute' || !GENERATES.test(func.attr)) return false
  return isSyncEngine(func.value, fn.scope, classAround(fn))
}

function isSyncEngine(expr: ExprNode, scope: Scope, cls: PyClass | undefined, depth = 6): boolean {
  if (depth === 0) return false
  const kept = cls && expr.nodeType === 'Attribute' ? attributeValue(expr, cls) : undefined
  const made = kept ? meaningOf(kept.expr, kept.scope) : meaningOf(expr, scope)
  // `self.llm` as a property, and a helper that makes or keeps the engine.
  const named = made?.expr.nodeType === 'Call' ? made.expr.func : made?.expr
  const engine = named && made?.expr.nodeType === 'Call' && engineCalled(named, made.scope)
  if (engine) return engine.engine.isSync ?? false
  const returned = made && named && returnedBy(named, made.scope, cls)
  return returned ? isSyncEngine(returned.expr, returned.scope, returned.cls, depth - 1) : false
}
