import { z } from 'zod'
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
  /** Failures that are known and do not count until a day; those of infergate.waivers.json come in addition. */
  waive: z.array(waiver),
})

const bench = closedObject({
  coldStarts: count.min(1).max(100),
  warmRequests: count.min(1),
  warmup: count,
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
