import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { loadClosedList } from '../checks/index.ts'
import type { Boot, Check, Cut, PromiseEntry, Run, RunEvent } from '../records/index.ts'
import { checked, parseJson, type ReadEvents, readSamples, readText } from './read-journal.ts'

/** Before a run was a journal, all but its samples stood in this file. */
export const VERSION_1_FILE = 'run.json'

const RUN_1 = z.looseObject({
  runId: z.string(),
  command: z.enum(['gate', 'check', 'bench']),
  startedAt: z.string(),
  durationMs: z.number(),
  seed: z.number(),
  toolVersion: z.string(),
  target: z.looseObject({ kind: z.string(), dialect: z.string() }),
  policy: z.looseObject({ warmToColdRatio: z.number(), warmE2eMsP50: z.number() }),
  environment: z.looseObject({ node: z.string(), cpus: z.number(), memoryBytes: z.number() }),
  boots: z.array(z.looseObject({ index: z.number(), outcome: z.string() })),
  checks: z.array(z.looseObject({ id: z.string(), suite: z.string(), outcome: z.string() })),
})

type Run1 = Omit<Run, 'samples' | 'promises' | 'state' | 'decision'> & { readonly cut?: Cut }

/** A run of version 1 as events. It kept no decision, so one is made anew. Throws `run-unreadable`. */
export function readVersion1(folder: string): ReadEvents {
  const file = join(folder, VERSION_1_FILE)
  const run = checked(RUN_1, parseJson(readText(file), file), file) as unknown as Run1
  const { boots, checks, cut, error, durationMs: atMs, ...start } = run
  const samples = readSamples(folder, withWarmth)
  const events: RunEvent[] = [
    { kind: 'started', ...start, promises: promisesOf(checks) },
    ...boots.map((boot: Boot) => ({ kind: 'observed', atMs, boot, target: start.target }) as const),
    ...checks.map((check: Check) => ({ kind: 'checked', atMs, check }) as const),
    ...(cut || error ? [{ kind: 'cut', atMs, ...(cut && { cut }), ...(error && { error }) } as const] : []),
    // A run that left no verdict was killed.
    ...(cut || error || existsSync(join(folder, 'verdict.json')) ? [{ kind: 'ended', atMs } as const] : []),
  ]
  return { events: [...events, ...samples.events], torn: samples.torn }
}

/** Warmth was called temperature. */
function withWarmth(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('temperature' in value)) return value
  const { temperature: warmth, ...rest } = value
  return { ...rest, warmth }
}

/** The closed list, and the user's promises as far as the run judged them: their tags were not kept. */
function promisesOf(checks: readonly Check[]): readonly PromiseEntry[] {
  const builtIn = loadClosedList()
  const known = new Set(builtIn.map(({ id }) => id))
  const own = checks
    .filter(({ id }) => !known.has(id))
    .map(({ id, suite, says, required }) => ({ id, suite, says, required, tags: [] }))
  return [...builtIn, ...own]
}
