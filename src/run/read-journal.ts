import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { HarnessError } from '../errors.ts'
import type { RunEvent, Sample } from '../records/index.ts'
import { JOURNAL_FILE, SAMPLES_FILE } from './journal.ts'

export type ReadEvents = { readonly events: readonly RunEvent[]; readonly torn: readonly string[] }

const STARTED = z.looseObject({
  kind: z.literal('started'),
  runId: z.string(),
  command: z.enum(['gate', 'check', 'bench', 'watch']),
  startedAt: z.string(),
  seed: z.number(),
  toolVersion: z.string(),
  target: z.looseObject({ kind: z.string(), dialect: z.string() }),
  policy: z.looseObject({
    warmToColdRatio: z.number(),
    warmE2eMsP50: z.number(),
    minWarmSamples: z.number(),
    minColdStarts: z.number(),
  }),
  promises: z.array(
    z.looseObject({ id: z.string(), suite: z.string(), required: z.boolean(), tags: z.array(z.string()) }),
  ),
  environment: z.looseObject({ node: z.string(), cpus: z.number(), memoryBytes: z.number() }),
})

const DECISION = z.looseObject({
  verdict: z.string(),
  exitCode: z.number(),
  state: z.string(),
  reasons: z.array(z.string()),
  comparisons: z.array(z.looseObject({ id: z.string() })),
  measurements: z.array(z.looseObject({ name: z.string() })),
  unmeasured: z.array(z.looseObject({ name: z.string() })),
})

const atMs = z.number()
/** What a decision needs of an event; the rest is carried through as it stands, and so is a kind that is not known here. */
const EVENTS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>(
  Object.entries({
    started: STARTED,
    observed: z.looseObject({
      atMs,
      boot: z.looseObject({ index: z.number(), outcome: z.string() }),
      target: z.looseObject({ kind: z.string() }),
    }),
    profiled: z.looseObject({ atMs, profile: z.looseObject({ capabilities: z.array(z.string()) }) }),
    checked: z.looseObject({
      atMs,
      check: z.looseObject({ id: z.string(), suite: z.string(), outcome: z.string() }),
    }),
    cut: z.looseObject({ atMs }),
    ended: z.looseObject({ atMs, decision: DECISION }),
  }),
)

const SAVED_SAMPLE = z.looseObject({
  scenario: z.string(),
  warmth: z.enum(['cold', 'warm', 'steady']),
  outcome: z.string(),
  // What JSON cannot hold was written as null: it counts as nothing, and the rest of the run still reads.
  e2eMs: z.number().nullable(),
})

/** The events of a run's folder, up to the last whole line of each file. Throws `run-unreadable`. */
export function readJournal(folder: string): ReadEvents {
  const journal = readLines(join(folder, JOURNAL_FILE))
  const events = journal.values.map(([value, place]) => {
    const { kind } = checked(z.looseObject({ kind: z.string() }), value, place)
    return checked(EVENTS.get(kind) ?? z.looseObject({}), value, place) as RunEvent
  })
  if (events[0]?.kind !== 'started')
    throw unreadable(
      `${join(folder, JOURNAL_FILE)} does not begin with the start of a run: name another run.`,
    )
  const samples = readSamples(folder, (value) => value)
  return { events: [...events, ...samples.events], torn: [...journal.torn, ...samples.torn] }
}

/** The samples of a run's folder; `check` takes none, so the file may be absent. */
export function readSamples(folder: string, toCurrent: (value: unknown) => unknown): ReadEvents {
  const file = join(folder, SAMPLES_FILE)
  if (!existsSync(file)) return { events: [], torn: [] }
  const { values, torn } = readLines(file)
  const events = values.map(([value, place]) => ({
    kind: 'sampled' as const,
    sample: checked(SAVED_SAMPLE, toCurrent(value), place) as unknown as Sample,
  }))
  return { events, torn }
}

/** Throws `run-unreadable` with the place and the first thing that does not fit. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw unreadable(
    `${place} is no part of a run of infergate (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}): name another run, or run again.`,
  )
}

export function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(`${place} is no JSON: name another run, or run again.`, cause)
  }
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw unreadable(
      `${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)}): name another run, or run again.`,
      cause,
    )
  }
}

type Lines = { readonly values: readonly (readonly [unknown, string])[]; readonly torn: readonly string[] }

function readLines(file: string): Lines {
  const text = readText(file)
  const end = text.lastIndexOf('\n') + 1
  const values = text
    .slice(0, end)
    .split('\n')
    .flatMap((line, index) => {
      const place = `${file}:${index + 1}`
      return line === '' ? [] : [[parseJson(line, place), place] as const]
    })
  return { values, torn: end < text.length ? [file] : [] }
}

export const unreadable = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('run-unreadable', message, { cause })
