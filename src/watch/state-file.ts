import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import { writeWhole } from '../disk.ts'
import { HarnessError } from '../errors.ts'
import type { ServiceProfile } from '../records/index.ts'
import type { Place } from './log/follow-file.ts'
import type { Terms, WatchState } from './state.ts'

/** What another process goes on from. */
export type Kept = {
  readonly state: WatchState
  /** Asked once, by the process that began. */
  readonly profile?: ServiceProfile
  /** Of a log file. */
  readonly place?: Place
}

const SCHEMA_VERSION = 2
const VERSION = z.looseObject({ state: z.looseObject({ schemaVersion: z.number() }) })
const numbers = z.array(z.number())
const SHAPE = z.looseObject({
  state: z.looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    terms: z.looseObject({
      targetName: z.string(),
      alpha: z.number(),
      looks: z.number(),
      first: z.number(),
    }),
    since: z.string(),
    watchedMs: z.number(),
    requests: z.number(),
    failed: z.number(),
    judged: z.looseObject({
      evidence: z.looseObject({ errors: numbers, tail: numbers, median: numbers }),
      reference: numbers,
      waiting: numbers,
      block: numbers,
      suspected: z.number(),
    }),
    allowance: z.number(),
    newest: z.array(z.boolean()),
    logs: z.array(z.looseObject({ signature: z.string(), count: z.number(), first: z.string() })),
  }),
})

/**
 * What an earlier process of this watch has kept; undefined where there is none, or it came to its end. Throws `usage` where the file is
 * no state, or that of another watch: its evidence would be counted for what it was not gathered on.
 */
export function readState(file: string, { targetName, url, alpha }: Terms): Kept | undefined {
  if (!existsSync(file)) return undefined
  const kept = parse(file)
  if (kept.state.ended) return undefined
  const { terms } = kept.state
  const differs = [
    ...(terms.targetName === targetName ? [] : [`its target is ${terms.targetName}, not ${targetName}`]),
    ...(terms.url === url ? [] : [`its service is at ${terms.url ?? 'no URL'}, not ${url ?? 'no URL'}`]),
    ...(terms.alpha === alpha ? [] : [`its alpha is ${terms.alpha}, not ${alpha}`]),
  ]
  if (differs.length === 0) return kept
  throw new HarnessError(
    'usage',
    `The state ${file} is of another watch: ${differs.join('; ')}. Give --state another file, or remove this one.`,
  )
}

function parse(file: string): Kept {
  try {
    const text = JSON.parse(readFileSync(file, 'utf8'))
    const version = VERSION.safeParse(text).data?.state.schemaVersion
    if (version !== undefined && version !== SCHEMA_VERSION) throw otherVersion(file, version)
    // What it holds beside these was written by the same version of this code.
    return SHAPE.parse(text) as unknown as Kept
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    throw new HarnessError(
      'usage',
      `The file ${file} is no state of infergate watch: give --state another file, or remove this one.`,
      { cause },
    )
  }
}

const otherVersion = (file: string, version: number): HarnessError =>
  new HarnessError(
    'usage',
    `The state ${file} was written by ${version > SCHEMA_VERSION ? 'a newer' : 'an older'} infergate, and its evidence was gathered under other rules. Use that version, give --state another file, or remove this one.`,
  )

/** Throws `reports-unwritable`: a state that cannot be kept does not survive, and somebody counts on it. */
export function writeState(file: string, kept: Kept): void {
  try {
    writeWhole(file, `${JSON.stringify(kept)}\n`)
  } catch (cause) {
    throw new HarnessError(
      'reports-unwritable',
      `The state ${file} cannot be written (${cause instanceof Error ? cause.message : String(cause)}): give --state another file.`,
      { cause },
    )
  }
}
