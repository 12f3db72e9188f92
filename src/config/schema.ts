import { z } from 'zod'
import type { ComparedMetric } from '../records/index.ts'
import { closedObject } from './closed-object.ts'
import { seed, targetSchema } from './target-schema.ts'
import { waiver } from './waiver-schema.ts'

const text = z.string().min(1)
const count = z.int().min(0).max(1_000_000)
const positive = z.number().positive()

const bound = z.number().nonnegative()
const limitHint = 'a limit is a number, { max, margin } or { min, margin }; a margin is a share, such as 0.05'
/** `margin`: by which share of it the limit may be missed. */
const limit = z.union(
  [
    bound,
    closedObject({ max: bound, margin: z.number().min(0).max(1).optional() }),
    closedObject({ min: bound, margin: z.number().min(0).max(1).optional() }),
  ],
  { error: () => limitHint },
)

const COMPARED = [
  ...['coldStartMs', 'outputTokensPerSecond'],
  ...['ttftMs', 'tpotMs', 'e2eMs'].flatMap((name) => ['P50', 'P90', 'P99'].map((end) => `${name}${end}`)),
] as readonly ComparedMetric[]

const marginHint =
  'a margin is a share above 0 and below 1, such as 0.05; false: the metric is reported and not gated'
const margin = z
  .union([z.number(), z.literal(false)], { error: () => marginHint })
  .refine((one) => one === false || (one > 0 && one < 1), { error: marginHint })

/** At most so many metrics decide: each further one makes a false alarm likelier, or a true one harder to see. */
const MOST_GATED = 8

/** By metric, how much worse than the baseline it may be. */
const regression = closedObject(
  Object.fromEntries(COMPARED.map((metric) => [metric, margin.optional()])),
).refine((margins) => Object.values(margins).filter((one) => typeof one === 'number').length <= MOST_GATED, {
  error: `at most ${MOST_GATED} metrics are gated: say false, or leave out what need not decide`,
})

/** What is accepted and what is not: fixed before a run. */
const policy = closedObject({
  /** Warm p50 over cold start. */
  warmToColdRatio: positive.max(1),
  /** Budget of a warm answer, p50, in ms. */
  warmE2eMsP50: positive,
  minWarmSamples: count.min(1),
  minColdStarts: count.min(1),
  /** By what is measured: a number is the most (for a rate of tokens the least) that is allowed. */
  limits: z.record(text, limit),
  /** Of a run that is held against a baseline: the margins of metrics, such as `{ ttftMsP50: 0.05, coldStartMs: false }`. */
  regression,
  /** Failures that are known and do not count until a day; those of infergate.waivers.json come in addition. */
  waive: z.array(waiver),
})

const bench = closedObject({
  coldStarts: count.min(1).max(100),
  warmRequests: count.min(1),
  warmup: count,
})

const nightly = closedObject({
  /** The target that is measured beside the candidate each night, to take the machine's own drift out. */
  reference: text,
})

/** `10m`, `30s`, `500ms`; seconds unless a unit is named. */
const time = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)?$/, 'a time is a number with a unit, such as 5s or 30m')

const watch = closedObject({
  /** Requests one after another at the beginning: what later ones are held against. */
  requests: count.min(3).max(1_000),
  /** Then one so often. */
  every: time,
  /** Absent: until somebody ends it. */
  for: time,
  /** A command that follows the log of the service. */
  logs: text,
  /** Or the file that it is written to. */
  logFile: text,
  /** A command that is run on FAIL, once. */
  onFail: text,
  /** The chance that an unchanged service fails. */
  alpha: z.number().gt(0).max(0.1),
})

/** `infergate.config.ts`, as its author writes it. Every key is optional. */
export const configSchema = closedObject({
  /** The name of the target to judge when no flag says so. */
  target: text.optional(),
  targets: z.record(text, targetSchema).optional(),
  /** Suite files of your own, or globs, relative to this file. */
  suites: z.array(text).optional(),
  /** Files of cases, or globs, relative to this file: JSON Lines, each line a prompt and what its answer has to hold. */
  cases: z.array(text).optional(),
  policy: policy.partial().optional(),
  bench: bench.partial().optional(),
  nightly: nightly.partial().optional(),
  watch: watch.partial().optional(),
  /** The time that a whole run may take after its service generates. */
  maxSeconds: positive.max(86_400).optional(),
  /** The time that one check may take. */
  checkSeconds: positive.max(3_600).optional(),
  /** `all` keeps the exchanges of checks that passed, too. */
  evidence: z.enum(['failures', 'all'], 'evidence is kept of `failures` or of `all` checks').optional(),
  reportsDir: text.optional(),
  /** The SQLite file that keeps the runs. */
  history: text.optional(),
  seed: seed.optional(),
  /** `name` or `name=path`. */
  reporters: z.array(text).optional(),
})

export type Config = z.input<typeof configSchema>
export type ParsedConfig = z.output<typeof configSchema>

/** Gives an editor the types while you write; changes nothing. */
export const defineConfig = (config: Config): Config => config
