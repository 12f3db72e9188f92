import type { Call } from '../syntax.ts'
import { attributeValue, classAround, instanceOf } from './calls.ts'
import type { PyFunction, Scope } from './model.ts'
import { dottedOf, meaningOf } from './names.ts'

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
  call: Call,
  scope: Scope,
): { readonly engine: Engine; readonly name: string } | undefined {
  const dotted = dottedOf(call.func, scope)
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
export const engineBuilt = (call: Call, scope: Scope): string | undefined => engineCalled(call, scope)?.name

const GENERATES = /^(?:generate|chat|beam_search)$/

/** Whether a call asks vLLM's synchronous `LLM`, kept in a name or in an attribute. */
export function asksSyncEngine(call: Call, fn: PyFunction): boolean {
  const { func } = call
  if (func.nodeType !== 'Attribute' || !GENERATES.test(func.attr)) return false
  const cls = classAround(fn)
  const kept = cls && func.value.nodeType === 'Attribute' ? attributeValue(func.value, cls) : undefined
  const made = kept ? meaningOf(kept.expr, kept.scope) : meaningOf(func.value, fn.scope)
  if (made?.expr.nodeType !== 'Call' || instanceOf(made.expr, made.scope)) return false
  return engineCalled(made.expr, made.scope)?.engine.isSync ?? false
}
