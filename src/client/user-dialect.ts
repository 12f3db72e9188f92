import { resolve } from 'node:path'
import { z } from 'zod'
import { CAPABILITIES, OPERATIONS } from '../capabilities.ts'
import { HarnessError } from '../errors.ts'
import { readEnvelope } from '../judges/index.ts'
import type { ErrorEnvelope, ServiceAddress } from '../records/index.ts'
import { importUserModule } from '../user-module.ts'
import { describeThrown } from './describe-thrown.ts'
import type { Answer, Dialect, StreamPart } from './dialect.ts'
import { ananke } from './dialects/ananke.ts'
import { openai } from './dialects/openai.ts'

const BUILT_IN: readonly Dialect[] = [openai, ananke]

const endpointSchema = z.strictObject({
  method: z.enum(['GET', 'POST']),
  path: z.string().startsWith('/'),
})

const functionSchema = z.custom<(...args: never[]) => unknown>(
  (value) => typeof value === 'function',
  'must be a function',
)

// Loose: a class instance or an object with notes of its own is as good a dialect as any.
const dialectSchema = z.looseObject({
  name: z.string().min(1),
  capabilities: z.array(z.enum(CAPABILITIES)),
  operations: z.partialRecord(z.enum(OPERATIONS), endpointSchema),
  encode: functionSchema,
  decode: functionSchema,
  stream: z.looseObject({ terminator: z.string().optional(), decode: functionSchema }).optional(),
  models: functionSchema.optional(),
  spellings: z.array(z.string()).optional(),
  settle: functionSchema.optional(),
  adapt: functionSchema.optional(),
})

/** The dialect that an address names. Throws `config-invalid` with the file and what is missing in it. */
export async function loadDialect(address: ServiceAddress, cwd = process.cwd()): Promise<Dialect> {
  if (address.dialectModule !== undefined) return loadModule(resolve(cwd, address.dialectModule))
  const dialect = BUILT_IN.find(({ name }) => name === address.dialect)
  if (dialect) return dialect
  throw new HarnessError(
    'config-invalid',
    `Unknown dialect ${JSON.stringify(address.dialect)}: use ${BUILT_IN.map(({ name }) => name).join(' or ')}, or set dialectModule to the file that exports yours.`,
  )
}

async function loadModule(file: string): Promise<Dialect> {
  const exported = await importUserModule(file, 'dialect module')
  const checked = dialectSchema.safeParse(exported.default)
  if (!checked.success)
    throw new HarnessError(
      'config-invalid',
      `The dialect module ${file} does not default-export a dialect: ${describeThrown(checked.error)}. docs/promises.md shows a whole one.`,
      { cause: checked.error },
    )
  return exported.default as Dialect
}

const usageSchema = z.object({
  promptTokens: z.number().optional(),
  completionTokens: z.number().optional(),
  totalTokens: z.number().optional(),
})

const said = z.array(z.unknown())

const partSchema = z.object({
  text: z.string().optional(),
  finishReason: z.string().nullish(),
  reasoning: z.string().nullish(),
  usage: usageSchema.nullish(),
  reported: z
    .object({
      model: z.string().optional(),
      finishReason: z.string().optional(),
      generationMs: z.number().optional(),
      constraintSatisfied: z.boolean().optional(),
    })
    .optional(),
  identity: z.object({ ids: said, models: said, created: said, objects: said }).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
})

const answerSchema = partSchema.extend({ text: z.string() })
/** An answer that says its error owes no text. */
const failedAnswerSchema = partSchema.extend({
  text: z.string().catch(''),
  error: partSchema.shape.error.unwrap(),
})

/** Holds what a dialect's decoder returned to its type: a user's may be plain JavaScript. Throws zod's error. */
export function checkAnswer(answer: unknown): Answer {
  const failed = failedAnswerSchema.safeParse(answer)
  return (failed.success ? failed.data : answerSchema.parse(answer)) as Answer
}

/** The error in a body, in the spellings of inference servers or in the dialect's own terms; undefined when it holds none. */
export function errorIn(dialect: Dialect, body: unknown): ErrorEnvelope | undefined {
  const error = readEnvelope(body)
  if (error) return error
  try {
    return partSchema.shape.error.catch(undefined).parse(dialect.decode(body, 'generate').error)
  } catch {
    // A refusal has no answer in it, so a decoder may well stumble over its body.
    return undefined
  }
}

export function checkStreamPart(part: unknown): StreamPart {
  return partSchema.parse(part) as StreamPart
}
