import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../src/disk.ts'

/** Of what a table was measured: from which seed, when, at which commit, and which sources it depends on (SHA-256 of them). */
export type Provenance = {
  readonly seed: number
  /** ISO 8601 day. */
  readonly date: string
  readonly commit: string
  readonly sources: string
}

const ROOT = join(import.meta.dirname, '../..')
const FILE = join(ROOT, 'fixtures/decision.json')

export function readResults(): Readonly<Record<string, unknown>> {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {}
}

/** What was measured now takes the place of what this part measured before. */
export function keepResult(part: string, result: unknown): void {
  writeWhole(FILE, `${JSON.stringify({ ...readResults(), [part]: result }, null, 1)}\n`)
}

/** `patterns`: of the files that decide the outcome. */
export function provenanceOf(seed: number, patterns: readonly string[], today: Date): Provenance {
  const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT, encoding: 'utf8' })
  return {
    seed,
    date: today.toISOString().slice(0, 10),
    commit: commit.trim(),
    sources: sourcesOf(patterns),
  }
}

function sourcesOf(patterns: readonly string[]): string {
  const hash = createHash('sha256')
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).toSorted()
  for (const file of files.filter((one) => !one.endsWith('.test.ts')))
    hash.update(file).update(readFileSync(join(ROOT, file)))
  return hash.digest('hex').slice(0, 16)
}
