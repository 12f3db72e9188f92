import { parentPort } from 'node:worker_threads'
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { repeatedProperty } from './repeated-keys.ts'
import { describeRepeated, type RepeatedKey } from './scan-json.ts'

/** Runs what foreign schemas and patterns can hang or blow up; the judge kills this thread when it is late. */
export type ThreadJob =
  | {
      readonly kind: 'schema'
      readonly schemaText: string
      readonly text: string
      /** The keys that stand twice in the text. */
      readonly repeated: readonly RepeatedKey[]
    }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly text: string }

export type ThreadAnswer =
  | { readonly verdict: 'valid' }
  | { readonly verdict: 'invalid' | 'not-json' | 'unjudged'; readonly reason: string }

parentPort?.postMessage('loaded')
parentPort?.on('message', (job: ThreadJob) => parentPort?.postMessage(answer(job)))

function answer(job: ThreadJob): ThreadAnswer {
  try {
    return job.kind === 'schema' ? validate(job) : matchWhole(job.pattern, job.text)
  } catch (thrown) {
    return { verdict: 'unjudged', reason: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

function validate({ schemaText, text, repeated }: Extract<ThreadJob, { kind: 'schema' }>): ThreadAnswer {
  const schema = JSON.parse(schemaText)
  const twice = repeatedProperty(schema, repeated)
  if (twice) return { verdict: 'not-json', reason: describeRepeated(twice) }
  const holds = compile(schema)
  if (holds(JSON.parse(text))) return { verdict: 'valid' }
  const [error] = holds.errors ?? []
  return {
    verdict: 'invalid',
    reason: `${error?.instancePath || 'the answer'} ${error?.message ?? 'does not hold'}`,
  }
}

type Draft = typeof Ajv | typeof Ajv2020
/** One for many schemas of a draft: a new one compiles its meta-schema first, which takes ten times as long as a judgement. */
const compilers = new Map<Draft, { readonly ajv: Ajv; readonly compiled: number }>()
/** It keeps a part of each schema that it ever compiled, removed or not: a thread of 96 MB died of some ten thousand. */
const MOST_COMPILED = 200

function compile(schema: unknown): ValidateFunction {
  const isObject = typeof schema === 'object' && schema !== null
  const draft = isObject && '$schema' in schema && String(schema.$schema).includes('draft-07') ? Ajv : Ajv2020
  const { ajv, compiled } = compilers.get(draft) ?? { ajv: createCompiler(draft), compiled: 0 }
  // One that threw may have kept half of a schema.
  compilers.delete(draft)
  const holds = ajv.compile(schema as AnySchema)
  // Forgotten at once: the next one may bear the same $id.
  if (isObject) ajv.removeSchema(schema)
  if (compiled < MOST_COMPILED) compilers.set(draft, { ajv, compiled: compiled + 1 })
  return holds
}

function createCompiler(draft: Draft): Ajv {
  const ajv = new draft({ strict: false, allErrors: false })
  // ajv-formats is CommonJS: what arrives as its default is the module itself.
  ajvFormats.default(ajv as Ajv)
  return ajv as Ajv
}

/** Engines hold the whole answer to the pattern, whether or not it is anchored. */
function matchWhole(pattern: string, text: string): ThreadAnswer {
  if (new RegExp(`^(?:${pattern})$`, 'su').test(text)) return { verdict: 'valid' }
  return { verdict: 'invalid', reason: `the answer does not match ${pattern}` }
}
