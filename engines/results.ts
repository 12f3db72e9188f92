import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '../src/records/index.ts'
import type { Judged } from './judge.ts'
import { type Finding, findingsOf, type Group, isHealthy, type Row } from './row.ts'

/** What is kept of a row that was judged: enough for docs/engines.md. */
export type Result = {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly isHealthy: boolean
  readonly versions: readonly string[]
  readonly code: number | null
  readonly word: string
  readonly deviations: readonly string[]
  /** The verdict's own, or what a run that could not be said. */
  readonly reasons: readonly string[]
  readonly checks: readonly Pick<Check, 'id' | 'outcome' | 'reason' | 'waived' | 'evidence'>[]
  readonly findings: readonly Pick<Finding, 'ids' | 'says' | 'curl'>[]
  /** From the start of the server to the last that was asked of it. */
  readonly tookMs: number
}

/** What a server said of itself must not carry this run's port or folders into a document. */
const portable = (text: string): string =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/\/(?:tmp|root|home|work)\/[^\s"',)]*/g, '…')

export function resultOf(
  group: Group,
  row: Row,
  { run, verdict, deviations }: Judged,
  tookMs: number,
): Result {
  const result: Result = {
    ...{ id: row.id, title: row.title, group: group.title, isHealthy: isHealthy(row) },
    versions: group.programs.map((program) => `${program.name} ${program.version()}`),
    ...{
      code: run.code,
      word: verdict?.verdict ?? 'could not run',
      deviations,
      tookMs: Math.round(tookMs),
    },
    reasons: verdict?.reasons ?? run.stderr.trim().split('\n').slice(-3),
    checks: (verdict?.checks ?? []).map(({ id, outcome, reason, waived, evidence }) => ({
      ...{ id, outcome },
      ...(reason !== undefined && { reason }),
      ...(waived !== undefined && { waived }),
      // The exchange that shows it; more would be a report.
      ...(evidence?.[0] && outcome === 'not-applicable' && { evidence: [evidence[0]] }),
    })),
    findings: findingsOf(row).map(({ ids, says, curl }) => ({ ids, says, curl })),
  }
  return JSON.parse(JSON.stringify(result), (_, value) =>
    typeof value === 'string' ? portable(value) : value,
  )
}

/** Where this run keeps its results, by row; set by the project's set-up (engines/whole-run.ts). */
const folder = (): string => process.env['INFERGATE_ENGINES_RESULTS'] ?? ''
const fileOf = (id: string): string => join(folder(), `${id}.json`)

export function keep(result: Result): void {
  mkdirSync(folder(), { recursive: true })
  writeFileSync(fileOf(result.id), JSON.stringify(result, null, 1))
}

/** The result of a row; undefined where it was not judged. */
export const kept = (id: string): Result | undefined =>
  existsSync(fileOf(id)) ? JSON.parse(readFileSync(fileOf(id), 'utf8')) : undefined
