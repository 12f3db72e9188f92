import { isObject } from '../fields.ts'
import type { Hooks } from '../hooks.ts'
import type { Job } from '../job.ts'
import { editSchema, without } from './edit-schema.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import type { JsonObject } from './patch.ts'

const family = 'structured'

/** What a constraint demands is lost before the text is written. */
export const constraintFaults: readonly Fault[] = [
  {
    id: 'constraint-not-enforced',
    says: 'the constraint is accepted and prose comes back, 200, stop',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/53469',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.schema-binds': /did not hold: no JSON value/ },
    arm: () => ({ job: unconstrained }),
  },
  {
    id: 'constraint-flag-lies',
    says: 'what does not compile runs free, 200; constraint_satisfied is always true; a second regex does not bind',
    family,
    source: 'rand/ananke maze/modal_inference/inference.py',
    dialects: BOTH,
    caughtBy: {
      'structured-outputs.flag-tells-the-truth': /constraint_satisfied/,
      'errors.bad-schema': /not refused as a bad request: HTTP 200/,
    },
    arm: () => ({ forgiveConstraint: () => true, satisfied: () => true, body: bindOnlyOne }),
  },
  {
    id: 'structured-outputs-dropped',
    says: 'structured_outputs is dropped in silence, as guided_* is after an upgrade; response_format binds',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/53975',
    dialects: OPENAI,
    caughtBy: { 'structured-outputs.own-field-binds': /structured_outputs did not hold/ },
    arm: () => ({
      body: (body) => (isObject(body) ? without(body, ['structured_outputs']) : body),
    }),
  },
  {
    id: 'completions-unconstrained',
    says: '/v1/completions is unconstrained, chat is not',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/57726',
    dialects: OPENAI,
    caughtBy: { 'structured-outputs.regex-binds': /generate: the answer does not match/ },
    arm: () => ({ job: (job) => (job.route === 'completions' ? unconstrained(job) : job) }),
  },
  {
    id: 'neighbours-constraint',
    says: "with others in flight, a neighbour's constraint is applied",
    family,
    source: 'https://github.com/vllm-project/vllm/issues/49694',
    dialects: BOTH,
    caughtBy: {
      'structured-outputs.keeps-constraints-apart':
        /the answer held to \S+ has \S+, a neighbour's constraint/,
    },
    arm: (server) => {
      let last: Job['constraint']
      return {
        job: (job) => {
          if (!job.constraint) return job
          const neighbour = server.inFlight() > 0 ? last : undefined
          last = job.constraint
          return neighbour ? { ...job, constraint: neighbour } : job
        },
      }
    },
  },
  {
    id: 'schema-keyword-dropped',
    says: 'maxLength is ignored once pattern is there',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/45592',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.holds-strings': /pattern beside maxLength: the answer did not hold/ },
    arm: () => editing((schema) => ('pattern' in schema ? without(schema, ['maxLength']) : schema)),
  },
  {
    id: 'length-dropped-beside-pattern',
    says: 'minLength and maxLength are dropped beside pattern or format',
    family,
    source: 'vLLM vllm/v1/structured_output/backend_xgrammar.py',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.holds-strings': /pattern beside maxLength: the answer did not hold/ },
    arm: () =>
      editing((schema) =>
        'pattern' in schema || 'format' in schema ? without(schema, ['minLength', 'maxLength']) : schema,
      ),
  },
  {
    id: 'map-values-unchecked',
    says: 'a map loses the schema of its values',
    family,
    source: 'https://github.com/mlc-ai/xgrammar/issues/826',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.holds-or-refuses': /map.*: the answer did not hold/ },
    arm: () =>
      editing((schema) =>
        isObject(schema['additionalProperties']) ? { ...schema, additionalProperties: true } : schema,
      ),
  },
  {
    id: 'arrays-collapse',
    says: 'arrays collapse to []',
    family,
    source: 'https://github.com/generative-computing/mellea/issues/1510',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.holds-arrays': /minItems and maxItems: the answer did not hold/ },
    arm: () =>
      editing((schema) =>
        schema['type'] === 'array' ? { ...without(schema, ['minItems']), maxItems: 0 } : schema,
      ),
  },
  {
    id: 'enum-ignored',
    says: 'enum is ignored',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/15762',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.holds-values': /enum: the answer did not hold/ },
    arm: () => editing((schema) => without(schema, ['enum'])),
  },
  {
    id: 'all-of-accepts-anything',
    says: 'an allOf of several branches accepts anything',
    family,
    source: 'https://github.com/ollama/ollama/pull/17929',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.holds-or-refuses': /allOf.*: the answer did not hold/ },
    arm: () => editing((schema) => without(schema, ['allOf'])),
  },
  {
    id: 'range-keywords-ignored',
    says: 'ranges, multipleOf, uniqueItems, contains, not and if are ignored',
    family,
    source: 'XGrammar 0.1.27, its WASM build',
    dialects: BOTH,
    caughtBy: { 'structured-outputs.holds-numbers': /integer range.*: the answer did not hold/ },
    arm: () => editing((schema) => without(schema, BEYOND_GRAMMARS)),
  },
]

const BEYOND_GRAMMARS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'uniqueItems',
  'contains',
  'not',
  'if',
  'then',
  'else',
]

const unconstrained = ({ constraint: _, ...job }: Job): Job => job

const editing = (change: (schema: JsonObject) => JsonObject): Pick<Hooks, 'job'> => ({
  job: (job) => (job.constraint ? { ...job, constraint: editSchema(job.constraint, change) } : job),
})

/** ananke before its repair: JSON before grammar before regex, the first pattern only, a token mask never. */
function bindOnlyOne(body: unknown): unknown {
  if (!isObject(body) || !isObject(body['constraints'])) return body
  const { json_schema, regex_patterns } = body['constraints']
  const [first] = Array.isArray(regex_patterns) ? regex_patterns : []
  if (isObject(json_schema)) return { ...body, constraints: { json_schema } }
  return { ...body, constraints: first === undefined ? null : { regex_patterns: [first] } }
}
