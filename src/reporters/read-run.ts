import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, isAbsolute, join, resolve } from 'node:path'
import * as z from 'zod'
import { HarnessError } from '../errors.ts'
import type { Run, Sample } from '../records/index.ts'

export type SavedRun = {
  readonly path: string
  readonly run: Run
  readonly samples: readonly Sample[]
  /** True where the last line of samples.jsonl is torn: the run was killed while it wrote. */
  readonly torn: boolean
}

/** What a decision needs of a saved run; the rest is carried through as it stands. */
const SAVED_RUN = z.looseObject({
  runId: z.string(),
  command: z.enum(['gate', 'check', 'bench']),
  startedAt: z.string(),
  durationMs: z.number(),
  seed: z.number(),
  toolVersion: z.string(),
  target: z.looseObject({ kind: z.string(), dialect: z.string() }),
  policy: z.looseObject({
    warmToColdRatio: z.number(),
    warmE2eMsP50: z.number(),
    minWarmSamples: z.number(),
    minColdStarts: z.number(),
  }),
  environment: z.looseObject({ node: z.string(), cpus: z.number(), memoryBytes: z.number() }),
  boots: z.array(z.looseObject({ index: z.number(), outcome: z.string() })),
  checks: z.array(z.looseObject({ id: z.string(), suite: z.string(), outcome: z.string() })),
})

const SAVED_SAMPLE = z.looseObject({
  scenario: z.string(),
  warmth: z.enum(['cold', 'warm', 'steady']),
  outcome: z.string(),
  e2eMs: z.number(),
})

/** The folder that `report RUN` means: a path, the id of a run, or `latest`. Throws `run-unreadable`. */
export function findRunFolder(run: string, reportsDir: string, cwd: string): string {
  const places = isAbsolute(run) ? [run] : [resolve(cwd, reportsDir, run), resolve(cwd, run)]
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw unreadable(
      `There is no run ${run} (looked at ${places.join(' and ')}): run \`infergate gate\` first, or name a folder that holds a run.json.`,
    )
  const real = realpathSync(found)
  return basename(real) === 'run.json' ? resolve(real, '..') : real
}

/** Reads a run back, up to the last whole line of its samples. Throws `run-unreadable`. */
export function readRunFolder(path: string): SavedRun {
  const run = checked(SAVED_RUN, parseFile(join(path, 'run.json')), join(path, 'run.json')) as unknown as Run
  const file = join(path, 'samples.jsonl')
  // `check` takes no samples; its folder may hold an empty file or none.
  const text = existsSync(file) ? read(file) : ''
  const end = text.lastIndexOf('\n') + 1
  const samples = text
    .slice(0, end)
    .split('\n')
    .flatMap((line, index) => (line === '' ? [] : [readSample(line, `${file}:${index + 1}`)]))
  return { path, run, samples, torn: end < text.length }
}

const readSample = (line: string, place: string): Sample =>
  checked(SAVED_SAMPLE, parse(line, place), place) as unknown as Sample

function checked<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw unreadable(
    `${place} is no run of infergate (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}): name another run, or run again.`,
  )
}

const parseFile = (file: string): unknown => parse(read(file), file)

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(`${place} is no JSON: name another run, or run again.`, cause)
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw unreadable(
      `${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)}): the run may have been killed before its first step ended; name another run, or run again.`,
      cause,
    )
  }
}

const unreadable = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('run-unreadable', message, { cause })
