import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { HarnessError } from '../errors.ts'
import { type Judgement, judgeJson, judgePattern } from '../judges/index.ts'
import {
  type DeclaredPromise,
  inconclusive,
  type PromiseDefinition,
  quote,
  tokensWithin,
  verify,
} from '../promises/index.ts'
import type { Completed, GenerationRequest, JsonSchema } from '../records/index.ts'

/** Of an answer, where the case does not say and the context has room. */
const MAX_TOKENS = 256
const text = z.string().min(1)

/** One line of a file of cases: what is asked, and what the answer has to hold. */
export const CASE_LINE = z
  .strictObject({
    /** `suite.what-it-promises`, as of any promise. */
    id: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'an id reads suite.what-it-promises'),
    says: text.optional(),
    prompt: text,
    route: z.enum(['generate', 'chat']).optional(),
    maxTokens: z.int().min(1).optional(),
    temperature: z.number().min(0).optional(),
    /** All of these stand in the text. */
    contains: z.union([text, z.array(text).min(1)]).optional(),
    /** A pattern in JavaScript's `u` syntax that is found in the text. */
    regex: text.optional(),
    /** A JSON Schema that the text keeps; a service that enforces schemas is asked to. */
    schema: z.union([z.boolean(), z.record(z.string(), z.unknown())]).optional(),
    required: z.boolean().optional(),
  })
  .refine(({ contains, regex, schema }) => [contains, regex, schema].some((one) => one !== undefined), {
    error: 'nothing is expected of the answer: give `contains`, `regex` or `schema`',
  })
  .superRefine(({ regex = '' }, context) => {
    try {
      new RegExp(regex, 'u')
    } catch (cause) {
      context.addIssue({ code: 'custom', path: ['regex'], message: String(cause) })
    }
  })

type CaseLine = z.infer<typeof CASE_LINE>

/** The promises in files of cases, one a line; empty lines count for nothing. Throws `config-invalid` with file and line. */
export function loadPromptCases(files: readonly string[]): readonly DeclaredPromise[] {
  return files.flatMap((file) => {
    const promises = readCases(file).flatMap((line, index) =>
      line.trim() === '' ? [] : [toPromise(parseLine(line, `${file}:${index + 1}`))],
    )
    if (promises.length === 0)
      throw invalid(
        `The file of cases ${file} has none: write one JSON object a line, or take it out of \`cases\`.`,
      )
    return promises
  })
}

function readCases(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
  } catch (cause) {
    throw invalid(`The file of cases ${file} cannot be read: correct \`cases\` in the configuration.`, cause)
  }
}

function parseLine(line: string, place: string): CaseLine {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw invalid(`${place} is no JSON (${(cause as Error).message}): correct the line.`, cause)
  }
  const parsed = CASE_LINE.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => [...path.map(String), message].join(': '))
  throw invalid(`${place} is no case: ${issues.join('; ')}. Correct the line.`)
}

function toPromise(line: CaseLine): DeclaredPromise {
  const { id, says = `a prompt is answered as the case ${id} expects`, required = true, route } = line
  const definition: PromiseDefinition = {
    ...{ says, required },
    ...(route === 'chat' && { needs: ['chat'] }),
    async check({ service }) {
      const enforces = service.profile.capabilities.includes('json-schema')
      const maxTokens = line.maxTokens ?? (await tokensWithin(service, MAX_TOKENS))
      const answer = await service.answer(requestOf(line, maxTokens, enforces))
      await hold(line, answer)
    },
  }
  return { entry: { id, suite: id.slice(0, id.indexOf('.')), says, required, tags: [] }, definition }
}

function requestOf(line: CaseLine, maxTokens: number, enforces: boolean): GenerationRequest {
  const { prompt, route, schema, temperature = 0 } = line
  const constraint = schema !== undefined && enforces
  return {
    ...{ prompt, maxTokens, temperature },
    ...(route && { route }),
    ...(constraint && { constraint: { kind: 'json-schema', schema: schema as JsonSchema } }),
  }
}

async function hold({ contains = [], regex, schema }: CaseLine, answer: Completed): Promise<void> {
  const said = `the text is ${quote(answer.text)}`
  for (const part of [contains].flat())
    verify(answer.text.includes(part), `${quote(part)} is not in it: ${said}`, answer)
  if (regex !== undefined)
    // The judge holds the whole text to its pattern.
    judged(
      await judgePattern(answer.text, `[^]*(?:${regex})[^]*`),
      `/${regex}/ is not found: ${said}`,
      answer,
    )
  if (schema !== undefined) {
    const judgement = await judgeJson(answer.text, schema as JsonSchema)
    judged(judgement, `the schema is not kept (${judgement.reason}): ${said}`, answer)
  }
}

function judged({ verdict, reason }: Judgement, broken: string, answer: Completed): void {
  if (verdict === 'unjudged') inconclusive(reason, answer)
  verify(verdict === 'valid', broken, answer)
}

const invalid = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('config-invalid', message, { cause })
