import { z } from 'zod'
import { FORMAT } from './entry.ts'

const text = z.string().min(1)
const number = z.number()
const time = z.iso.datetime()
const warmth = z.enum(['cold', 'warm', 'steady'])
const unit = z.enum(['ms', 'tokens/s', 'requests/s', 'ratio', 'count'])
const verdict = z.enum(['PASS', 'FAIL', 'INCONCLUSIVE'])
const state = z.enum(['complete', 'interrupted', 'invalid', 'killed'])
const count = z.int().min(0)
const attributes = z.record(text, z.union([z.string(), number]))

const start = z.looseObject({
  boot: count,
  values: z.record(text, number),
  requests: count,
  failed: count,
  outputTokens: number.optional(),
})

const measurement = z.looseObject({
  ...{ name: text, warmth, unit, value: number, n: count },
  ...{ low: number.optional(), high: number.optional() },
})

export const point = z.strictObject({
  ...{ scenario: text, metric: text, warmth, unit, value: number, starts: count.min(1), attributes },
  ...{ spread: number.min(0).optional(), reference: number.optional() },
})

/** What a later version adds is kept as it is, and stands under the seal. */
const record = z.looseObject({
  ...{ runId: text, startedAt: time, command: text, verdict, state, targetName: text, hardware: text },
  ...{ exitCode: count.optional(), durationMs: number.optional(), seed: count.optional() },
  ...{ toolVersion: text.optional(), environment: z.looseObject({}).optional() },
  target: z.looseObject({ kind: text, dialect: text }).optional(),
  fingerprint: z.looseObject({}).optional(),
  attributes,
  had: z.looseObject({ capabilities: z.array(text), routes: z.array(text) }).optional(),
  measurements: z.array(measurement),
  load: z.looseObject({ scenario: text, attributes }).optional(),
  starts: z.array(start),
  reference: z.array(start).optional(),
  isNight: z.literal(true).optional(),
  points: z.array(point).optional(),
})

const series = z.strictObject({ targetName: text, scenario: text, metric: text, warmth, hardware: text })

export const header = z.looseObject({ kind: z.literal(FORMAT.kind), format: z.int().min(1) })

export const entry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), seal: text, record }),
  z.strictObject({
    kind: z.literal('promotion'),
    ...{ target: text, runId: text, reason: text, by: z.string(), at: time, replaces: text.optional() },
  }),
  z.strictObject({
    kind: z.literal('acceptance'),
    ...{ series, runId: text, reason: text, by: z.string(), at: time },
  }),
])

export const csvRun = z.strictObject({
  ...{ runId: text, startedAt: time, command: text, verdict, state, targetName: text, hardware: text },
})
