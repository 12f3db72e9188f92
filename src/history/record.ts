import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type {
  Accepted,
  Environment,
  Fingerprint,
  Measurement,
  Night,
  Run,
  RunState,
  SeriesKey,
  StartFigures,
  TargetDescription,
  Unit,
  Verdict,
  VerdictWord,
} from '../records/index.ts'
import { attributesOf, hardwareOf, type Load, loadOf } from './attributes.ts'
import { hadOf } from './had.ts'
import type { RunFigures } from './types.ts'

/** What a run adds to one series. */
export type Point = Pick<SeriesKey, 'scenario' | 'metric' | 'warmth'> &
  Pick<Night, 'value' | 'spread' | 'starts' | 'reference' | 'attributes'> & { readonly unit: Unit }

/** A run as a history keeps it: plain JSON, from which all that is asked for is derived, and which nothing changes any more. */
export type RunRecord = {
  readonly runId: string
  readonly startedAt: string
  readonly command: string
  readonly verdict: VerdictWord
  readonly state: RunState
  /** By the configuration's name; its URL where only that names it. */
  readonly targetName: string
  /** Absent, as all that only a run of infergate has: its points were imported from a table. */
  readonly target?: TargetDescription
  readonly exitCode?: number
  readonly durationMs?: number
  readonly seed?: number
  readonly toolVersion?: string
  readonly environment?: Environment
  readonly fingerprint?: Fingerprint
  readonly hardware: string
  /** What changes without being another series. */
  readonly attributes: Readonly<Record<string, string | number>>
  /** What its service had; absent: the run never asked. */
  readonly had?: Pick<Accepted, 'capabilities' | 'routes'>
  readonly measurements: readonly Measurement[]
  /** What its steady measurements are of. */
  readonly load?: Load
  readonly starts: readonly StartFigures[]
  readonly reference?: readonly StartFigures[]
  /** A run of `nightly` is a night of its series; any other run is no point of one. */
  readonly isNight?: true
  /** What it adds to its series, where that was imported from a table; absent: what follows from the rest. */
  readonly points?: readonly Point[]
}

export function recordOf(run: Run, verdict: Verdict, { starts, reference }: RunFigures): RunRecord {
  const { runId, startedAt, exitCode, state, durationMs, seed, toolVersion, target, measurements } = verdict
  // SQLite would keep NaN as NULL without a word, and so does JSON.
  for (const { name, value, n, low, high } of measurements)
    assert([value, n, low ?? 0, high ?? 0].every(Number.isFinite), `${name} is no finite number`)
  for (const { boot, values } of [...starts, ...(reference ?? [])])
    for (const [name, value] of Object.entries(values))
      assert(Number.isFinite(value), `${name} of start ${boot} is no finite number`)
  const had = hadOf(run)
  const load = loadOf(run)
  return {
    ...{ runId, startedAt, command: run.command, verdict: verdict.verdict, exitCode, state, durationMs },
    ...{ seed, toolVersion, targetName: targetNameOf(run, target), target, environment: run.environment },
    ...(run.fingerprint && { fingerprint: run.fingerprint }),
    hardware: hardwareOf(run),
    attributes: attributesOf(run, verdict),
    ...(had && { had }),
    measurements,
    ...(load && { load }),
    starts,
    ...(reference && { reference }),
    ...(run.night && { isNight: true }),
  }
}

/** A service that only a URL names is another one at another URL. */
function targetNameOf({ fingerprint }: Run, { kind, url }: TargetDescription): string {
  const name = fingerprint?.targetName ?? kind
  return name === 'url' && kind === 'url' && url !== undefined ? url : name
}

/** Equal content gives an equal text, in whatever order its keys stand. */
export const canonical = (value: unknown): string => JSON.stringify(value, sortKeys)

/** SHA-256 of the canonical content. */
export const sealOf = (record: RunRecord): string =>
  `sha256:${createHash('sha256').update(canonical(record)).digest('hex')}`

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
