import { join } from 'node:path'
import * as z from 'zod'
import { HarnessError } from '../errors.ts'
import { whyGone } from '../owner.ts'
import type { Decision, Live, RunStart } from '../records/index.ts'
import { LIVE_FILE, SIGN_OF_LIFE_MS } from '../reporters/index.ts'
import { JOURNAL_FILE, readRun, SAMPLES_FILE, VERSION_1_FILE } from '../run/index.ts'
import { decide } from '../verdict/index.ts'
import { openPlainFile, readBytes, statOf } from './places.ts'
import { type BrokenHead, type Head, namesOf } from './run-head.ts'

/** A run goes on while something in its folder was written within this time: a run writes three times in it. */
const ALIVE_MS = 4 * SIGN_OF_LIFE_MS

/** Its beginning and what it knows of the target stand here, whatever comes after; so much is read of each end of a journal. */
const HEAD_BYTES = 256 * 1024
const TAIL_BYTES = 64 * 1024
/** A decision longer than this is none of a run. */
const LONGEST_TAIL_BYTES = 16 * 1024 * 1024

const START = z.looseObject({
  kind: z.literal('started'),
  command: z.string(),
  startedAt: z.string(),
  target: z.looseObject({ kind: z.string(), model: z.string().optional(), url: z.string().optional() }),
  fingerprint: z.looseObject({ targetName: z.string().optional(), model: z.string().optional() }).optional(),
  promises: z.array(z.unknown()),
})
const TARGET = z.looseObject({ target: z.looseObject({ kind: z.string(), model: z.string().optional() }) })
const END = z.looseObject({
  kind: z.literal('ended'),
  atMs: z.number(),
  decision: z.looseObject({
    verdict: z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']),
    exitCode: z.number(),
    state: z.enum(['complete', 'interrupted', 'invalid', 'killed']),
    reasons: z.array(z.string()),
    measurements: z.array(z.looseObject({ name: z.string(), warmth: z.string(), value: z.number() })),
  }),
})
const LIVE = z.looseObject({
  owner: z.string().optional(),
  phase: z.string(),
  done: z.number(),
  total: z.number().optional(),
  phaseStartedAt: z.string(),
  status: z.string().optional(),
  inFlight: z.array(z.string()),
  warnings: z.array(z.string()),
})

/** What the list shows of a run, from both ends of its journal: a journal of any length costs the same. */
export async function readHead(root: string, name: string, nowMs: number): Promise<Head> {
  const folder = join(root, name)
  await using journal = await openPlainFile(folder, JOURNAL_FILE)
  if (!journal)
    return (await statOf(join(folder, VERSION_1_FILE)))?.isFile()
      ? headOfVersion1(folder, name)
      : broken(name, `no run of infergate: it has no ${JOURNAL_FILE}`)
  const { size } = await journal.stat()
  const lines = (await readBytes(journal, 0, HEAD_BYTES)).toString().split('\n').slice(0, -1)
  const start = START.safeParse(parsed(lines[0] ?? ''))
  if (!start.success) return broken(name, `its ${JOURNAL_FILE} does not begin with the start of a run`)
  const known = lines.findLast((line) => /^\{"kind":"(?:profiled|observed)"/.test(line))
  const target = known === undefined ? undefined : TARGET.safeParse(parsed(known)).data?.target
  const head = {
    name,
    command: start.data.command,
    startedAt: start.data.startedAt,
    ...namesOf({ ...start.data, ...(target && { target }) } as unknown as RunStart),
    isNight: start.data['night'] !== undefined,
    asked: start.data.promises.length,
  }
  const end = END.safeParse(parsed(await lastLine(journal, size)))
  if (end.success)
    return { ...head, durationMs: end.data.atMs, ...decided(end.data.decision as unknown as Decision) }
  const live = await readLive(folder)
  // Killed here it is known at once; elsewhere, and by another version, only by its silence.
  const isGone = live?.owner !== undefined && whyGone(live.owner) !== undefined
  if (isGone || !(await isAlive(folder, nowMs))) return { ...head, word: 'KILLED', state: 'killed' }
  return { ...head, word: 'RUNNING', state: 'running', ...(live && { live }) }
}

/** Whether something in the folder of a run was written just now. */
async function isAlive(folder: string, nowMs: number): Promise<boolean> {
  for (const name of [LIVE_FILE, JOURNAL_FILE, SAMPLES_FILE]) {
    const stats = await statOf(join(folder, name))
    if (stats?.isFile() && Math.abs(nowMs - stats.mtimeMs) < ALIVE_MS) return true
  }
  return false
}

/** What the run says of itself just now; undefined where it says nothing that can be read. */
export async function readLive(folder: string): Promise<Live | undefined> {
  await using file = await openPlainFile(folder, LIVE_FILE)
  if (!file) return undefined
  return LIVE.safeParse(parsed((await readBytes(file, 0, TAIL_BYTES)).toString())).data as Live | undefined
}

/** Where the last whole line is torn, the run has no end. */
async function lastLine(journal: Parameters<typeof readBytes>[0], size: number): Promise<string> {
  for (let length = TAIL_BYTES; ; length *= 4) {
    const text = (await readBytes(journal, Math.max(0, size - length), Math.min(size, length))).toString()
    const before = text.trimEnd().lastIndexOf('\n')
    if (before >= 0 || length >= size || length > LONGEST_TAIL_BYTES) return text.slice(before + 1)
  }
}

function decided({ verdict, exitCode, state, reasons, measurements }: Decision) {
  const warm = measurements.find(({ name, warmth }) => name === 'e2eMsP50' && warmth === 'warm')?.value
  const isStopped = exitCode === 130 || exitCode === 143
  return {
    word: isStopped ? ('INTERRUPTED' as const) : verdict,
    state,
    ...(warm !== undefined && { warmE2eMsP50: warm }),
    ...(reasons[0] !== undefined && { reason: reasons[0] }),
  }
}

/** Small, and of a version of long ago: it is read whole. */
function headOfVersion1(folder: string, name: string): Head {
  try {
    const { run } = readRun(folder)
    const head = {
      ...{ name, command: run.command, startedAt: run.startedAt, durationMs: run.durationMs },
      ...{ ...namesOf(run), isNight: false, asked: run.promises.length },
    }
    return run.state === 'killed'
      ? { ...head, word: 'KILLED', state: 'killed' }
      : { ...head, ...decided(decide(run)) }
  } catch (error) {
    if (error instanceof HarnessError) return broken(name, error.message)
    throw error
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const broken = (name: string, why: string): BrokenHead => ({ name, word: 'UNREADABLE', why })
