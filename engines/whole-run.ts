import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import { root } from '../testing/run-cli.ts'
import { documentOf } from './document.ts'
import { kept } from './results.ts'
import { groups } from './servers/index.ts'
import { chosenThird } from './third.ts'

/**
 * Once around all rows: gives their results a folder and, where every row has one, writes docs/engines.md.
 * A part of the rows is held against what is expected and changes no document. With INFERGATE_ENGINES_RESULTS set to a folder,
 * parts that ran one after the other add up.
 */
export default function setup(): () => void {
  const third = chosenThird(process.env['INFERGATE_ENGINES_THIRD'], systemClock.now().getTime())
  const what = third === undefined ? 'all servers' : `third ${third} of the servers (0, 1, 2)`
  process.stdout.write(`engines: ${what}\n`)
  process.env['INFERGATE_ENGINES_RESULTS'] ||= mkdtempSync(join(tmpdir(), 'infergate-engines-'))
  return () => {
    const rows = groups.flatMap((group) => group.rows)
    const results = rows.flatMap(({ id }) => kept(id) ?? [])
    for (const { id, tookMs } of results) process.stdout.write(`engines: ${id} ${seconds(tookMs)}\n`)
    process.stdout.write(`engines: ${thirds().join(', ')}\n`)
    const missing = rows.length - results.length
    if (missing === 0) writeFileSync(join(root, 'docs/engines.md'), documentOf(results))
    const page =
      missing === 0
        ? 'docs/engines.md is written'
        : `${missing} were not judged: docs/engines.md stays as it is`
    process.stdout.write(`engines: ${results.length} of ${rows.length} rows; ${page}\n`)
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`

/** How long the rows of each third took that were judged: they share the days evenly (Group.third). */
const thirds = (): readonly string[] =>
  [0, 1, 2].map((third) => {
    const rows = groups.filter((group) => group.third === third).flatMap((group) => group.rows)
    return `third ${third} ${seconds(rows.reduce((sum, { id }) => sum + (kept(id)?.tookMs ?? 0), 0))}`
  })
