import { isObject } from '../fields.ts'
import type { Job } from '../job.ts'
import { withBody, without as withoutField } from './edit-request.ts'
import { editSchema, without } from './edit-schema.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import type { JsonObject } from './patch.ts'

const family = 'structured'
const BESIDE = 'structured-outputs.binds-beside-other-fields'

/** A schema that binds in the plainest request, and not beside other fields, on another route or further down. */
export const besideFaults: readonly Fault[] = [
  {
    id: 'schema-binds-first-choice',
    says: 'of several choices the first alone keeps the schema',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/53469',
    dialects: OPENAI,
    caughtBy: { [BESIDE]: /a schema beside n: 2.*the schema beside n: 2 did not hold/ },
    arm: () => freed((job) => (job.copy ?? 0) > 0),
  },
  {
    id: 'schema-lost-beside-stop',
    says: 'a request with a stop string loses its schema',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/53469',
    dialects: OPENAI,
    caughtBy: { [BESIDE]: /the schema beside a stop string did not hold/ },
    arm: () => freed(({ sampling }) => sampling.stop.length > 0),
  },
  {
    id: 'large-schema-lost',
    says: 'a schema of more than 2,000 characters is dropped in silence',
    family,
    source: 'https://github.com/peonist-ai/halogen-flash-server/issues/14',
    dialects: OPENAI,
    caughtBy: { [BESIDE]: /the schema beside a schema of several thousand characters did not hold/ },
    arm: () => freed(({ constraint }) => JSON.stringify(constraint ?? '').length > 2_000),
  },
  {
    id: 'schema-lost-in-later-turns',
    says: 'a schema binds the first answer of a conversation, and no later one',
    family,
    source: 'https://github.com/peonist-ai/halogen-flash-server/issues/14',
    dialects: OPENAI,
    caughtBy: { [BESIDE]: /the schema beside earlier turns did not hold/ },
    arm: () =>
      withBody((body) =>
        Array.isArray(body['messages']) && body['messages'].length > 2
          ? withoutField(body, 'response_format')
          : body,
      ),
  },
  {
    id: 'keywords-lost-on-chat',
    says: 'on chat pattern, lengths and ranges are dropped from a schema, on completions they bind',
    family,
    source: 'https://github.com/vercel/ai/pull/18325',
    dialects: OPENAI,
    caughtBy: {
      'structured-outputs.holds-strings': /the answer on chat did not hold/,
      'structured-outputs.holds-numbers': /the answer on chat did not hold/,
    },
    arm: () => ({
      job: (job) => (job.route === 'chat' ? edited(job, (schema) => without(schema, CONVERTED_AWAY)) : job),
    }),
  },
  {
    id: 'nested-schemas-open',
    says: 'below the top of a schema neither required nor additionalProperties binds',
    family,
    source: 'https://github.com/losisin/helm-values-schema-json/issues/38',
    dialects: BOTH,
    caughtBy: {
      'structured-outputs.holds-objects': /did not hold: \/\w+/,
      'structured-outputs.holds-arrays': /objects in an array: .*did not hold/,
    },
    arm: () => ({
      job: (job) => {
        const { constraint } = job
        if (constraint?.kind !== 'json-schema' || !isObject(constraint.schema)) return job
        const top = Object.fromEntries(
          Object.entries(constraint.schema).filter(([key]) => OPENED.includes(key)),
        )
        const open = edited(job, (schema) => without(schema, OPENED)).constraint
        if (open?.kind !== 'json-schema' || !isObject(open.schema)) return job
        return { ...job, constraint: { ...open, schema: { ...open.schema, ...top } } }
      },
    }),
  },
]

const CONVERTED_AWAY = ['pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems']
const OPENED = ['required', 'additionalProperties']

const edited = (job: Job, change: (schema: JsonObject) => JsonObject): Job =>
  job.constraint?.kind === 'json-schema' ? { ...job, constraint: editSchema(job.constraint, change) } : job

/** The jobs that lose their schema. */
const freed = (isFreed: (job: Job) => boolean): ReturnType<Fault['arm']> => ({
  job: (job) => {
    if (job.constraint?.kind !== 'json-schema' || !isFreed(job)) return job
    const { constraint: _, ...free } = job
    return free
  },
})
