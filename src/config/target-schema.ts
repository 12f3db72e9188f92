import { z } from 'zod'
import { literalSecretIn } from '../secret-names.ts'
import { closedObject } from './closed-object.ts'
import { deploySchema } from './deploy-schema.ts'
import { didYouMean } from './did-you-mean.ts'
import { expects } from './expects-schema.ts'
import { price, scaleToZero, staysWarm } from './sleep-schema.ts'

const text = z.string().min(1)
const seconds = z.number().positive().max(86_400)
export const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)

/** Any http(s) URL without credentials in it: those would end in reports. `{port}` may stand where the port goes. */
const httpUrl = text.superRefine((value, context) => {
  const filled = value.replaceAll('{port}', '1').replaceAll(/\{(?:env|plain):\w+\}/g, 'x')
  const complain = (message: string) => context.addIssue({ code: 'custom', message })
  if (!URL.canParse(filled) || !/^https?:\/\//i.test(filled))
    return complain(`"${value}" is not an absolute URL: begin it with http:// or https://`)
  const { username, password } = new URL(filled)
  if (username !== '' || password !== '')
    complain('credentials do not belong in a URL: give them as `headers` from the environment or a file')
})

/** The end of a route of OpenAI's API, with which people copy a URL. */
const ROUTE = /\/v1\/(?:chat\/completions|completions|responses|models)\/?$/

/** The address under which the routes of a service are: a query or a route in it would be lost, or asked twice. */
const addressUrl = httpUrl.superRefine((value, context) => {
  const complain = (message: string) => context.addIssue({ code: 'custom', message })
  if (/[?#]/.test(value))
    complain(
      'a query is not sent with the address of a service: give a key as `headers` (or INFERGATE_API_KEY), and leave the query out',
    )
  const [route] = ROUTE.exec(value) ?? []
  if (route !== undefined)
    complain(`"${value}" ends with a route: give the address alone, "${value.slice(0, -route.length)}"`)
})

const operations = {
  health: httpUrl,
  generate: httpUrl,
  chat: httpUrl,
  models: httpUrl,
  version: httpUrl,
  metrics: httpUrl,
}
const urls = closedObject(operations).partial()

const secretHint =
  'a secret does not stand in a file like this one: write { env: "NAME" } or { file: "path" }'
/** A command stands in reports, in the list of processes and in the server's own log. */
function refuseLiteralSecret(command: readonly string[], context: z.core.$RefinementCtx): void {
  const flag = literalSecretIn(command)
  if (flag === undefined) return
  context.addIssue({
    code: 'custom',
    message: `${flag} is followed by a secret, and a secret does not stand in a file like this one: write "{env:NAME}" there, or "{plain:NAME}" for a value that may be shown`,
  })
}

const secretSource = z.union([closedObject({ env: text }), closedObject({ file: text })], {
  error: () => secretHint,
})
const fromEnvironment = closedObject({ env: text, prefix: z.string().optional() })
const fromFile = closedObject({ file: text, prefix: z.string().optional() })
const secret = z.union([fromEnvironment, fromFile], { error: () => secretHint })

const tls = closedObject({ ca: text, cert: text, key: text })
  .partial()
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: 'a client certificate needs both `cert` and `key`; one PEM file may be both',
  })

const common = {
  /** `openai` (the default), `ananke`, or a name of yours together with `dialectModule`. */
  dialect: text.optional(),
  /** The file that exports your dialect, relative to the configuration file. */
  dialectModule: text.optional(),
  model: text.optional(),
  urls: urls.optional(),
  headers: z.record(text, secret).optional(),
  /** PEM files: a private authority; a client's certificate and its key. */
  tls: tls.optional(),
  /** How long a start may take until health says yes. */
  readyTimeoutSeconds: seconds.optional(),
  /** How long after that generations may hang or be refused as busy: raise it where health is green while the model loads. */
  firstAnswerTimeoutSeconds: seconds.optional(),
  /** The most requests in flight at a time, and the most checks. */
  maxConcurrency: z.int().min(1).max(64).optional(),
  /** The most requests in a minute. Without it: what the service's refusals (429, 503) teach. */
  requestsPerMinute: z.number().positive().max(1_000_000).optional(),
  /** Others use the service meanwhile, or several replicas answer: its counters are not this run's alone. */
  shared: z.boolean().optional(),
  /** What is a finding when it is missing. Without it: the chat route, and what the last accepted run had. */
  expects: expects.optional(),
}

const simulator = closedObject({
  kind: z.literal('simulator'),
  ...common,
  profile: text.optional(),
  faults: z.array(text).optional(),
  seed: seed.optional(),
})

const process = closedObject({
  kind: z.literal('process'),
  ...common,
  /** `{port}`, `{env:NAME}` (a secret) and `{plain:NAME}` (it may be shown) are filled in here, in `env`, `cwd` and `urls`. */
  command: z
    .array(text)
    .min(1)
    .superRefine(refuseLiteralSecret)
    .transform(([program = '', ...args]): [string, ...string[]] => [program, ...args]),
  cwd: text.optional(),
  env: z.record(text, z.string()).optional(),
  port: z.int().min(1).max(65_535).optional(),
})

/** Bytes, or Docker's own spelling (`512m`, `8g`), in powers of 1024. */
const sizeHint = 'a size is a number of bytes, or a number and a unit: "512m", "8g"'
const size = z.union(
  [z.int().positive(), z.string().regex(/^\d+(?:\.\d+)?\s*[kmgt]i?b?$/i, sizeHint)],
  sizeHint,
)

const container = closedObject({
  kind: z.literal('container'),
  ...common,
  image: text,
  /** Which image that must be: the registry's digest or an image id, `sha256:…`. */
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'a digest is "sha256:" and 64 hexadecimal digits')
    .optional(),
  /** `{env:NAME}` and `{plain:NAME}` are filled in here, in `env` and in `mounts`; `{port}` is the port inside the container. */
  command: z.array(z.string()).superRefine(refuseLiteralSecret).optional(),
  entrypoint: z.array(text).min(1).optional(),
  env: z.record(text, z.string()).optional(),
  /** Variables of the container whose values are secrets, such as a token for gated weights. */
  secretEnv: z.record(text, secretSource).optional(),
  /** Where the service listens inside the container. */
  containerPort: z.int().min(1).max(65_535).optional(),
  /** Where it is published on 127.0.0.1; without it the engine chooses a free port at each start. */
  port: z.int().min(1).max(65_535).optional(),
  /** Folders or files of this machine, read-only unless `writable`. */
  mounts: z
    .array(closedObject({ source: text, target: text.startsWith('/'), writable: z.boolean().optional() }))
    .optional(),
  /** All of them, so many, or the ones with these ids. */
  gpus: z.union([z.literal('all'), z.int().min(1), z.array(text).min(1)]).optional(),
  memory: size.optional(),
  shmSize: size.optional(),
  ipc: z.enum(['private', 'shareable', 'host']).optional(),
  pidsLimit: z.int().min(16).optional(),
  user: text.optional(),
  /** Capabilities to give back after all of them were dropped. */
  capAdd: z.array(text).optional(),
  /** SIGTERM → SIGKILL: vLLM with an open stream usually takes all of it. */
  stopGraceSeconds: z.int().min(0).max(600).optional(),
  /** When any later run may take the container away, whoever started it. */
  timeToLiveSeconds: z.int().min(60).max(604_800).optional(),
  /** What `doctor` holds against this machine before anything is pulled. */
  needs: closedObject({ gpuMemoryGiB: z.number().positive(), diskGiB: z.number().positive() })
    .partial()
    .optional(),
})

const url = closedObject({
  kind: z.literal('url'),
  ...common,
  url: addressUrl.optional(),
  /** How a new version of it comes to run: `infergate deploy`. */
  deploy: deploySchema.optional(),
  /** It scales to zero: cold starts are measured by waiting until it sleeps. */
  scaleToZero: scaleToZero.optional(),
  /** For the cost line of a service that scales to zero. */
  price: price.optional(),
})

const KINDS = ['simulator', 'process', 'url', 'container']

const placesPort = ({ command, env = {} }: z.infer<typeof process>): boolean =>
  [...command, ...Object.values(env)].some((word) => word.includes('{port}'))

/** A target as a user writes it. */
export const targetSchema = z
  .discriminatedUnion('kind', [simulator, process, url, container], {
    error: (issue) => {
      if (issue.code !== 'invalid_union') return undefined
      const { kind } = Object(issue.input)
      return kind === undefined
        ? `\`kind\` is missing: one of ${KINDS.join(', ')}`
        : `unknown kind "${String(kind)}": ${didYouMean(String(kind), KINDS)}`
    },
  })
  .refine((target) => target.kind !== 'url' || target.url !== undefined || target.urls !== undefined, {
    error: 'a target of kind url needs `url`, or `urls` with one URL per operation',
  })
  .refine((target) => target.kind !== 'url' || !target.price || target.scaleToZero !== undefined, {
    error:
      '`price` says what a run keeps awake costs, and only a service that scales to zero is kept awake: give `scaleToZero`',
    path: ['price'],
  })
  .refine(staysWarm, {
    error:
      'so few requests a minute leave more time between two of them than the window: nothing would be measured warm',
    path: ['requestsPerMinute'],
  })
  .refine((target) => target.kind !== 'process' || target.port !== undefined || placesPort(target), {
    error:
      'nothing tells the command its port: write {port} where it goes in `command` or `env`, or set `port`',
  })

export type TargetConfig = z.infer<typeof targetSchema>
