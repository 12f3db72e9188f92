import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { headerLine, lineOf } from '../src/history/exchange/jsonl.ts'
import { recordOf, sealOf } from '../src/history/record.ts'
import { run, start, verdict } from '../src/history/testing/runs.ts'
import { createRandom } from '../src/random.ts'
import { emptyFolder, runCli } from '../testing/run-cli.ts'

const RUNS = 10_000

/** Runs of three targets, an hour apart, as a history that was filled for years would export them. */
function manyRuns(): string {
  const random = createRandom('ten thousand runs')
  const lines = Array.from({ length: RUNS }, (_, nth) => {
    const startedAt = new Date(Date.UTC(2025, 0, 1) + nth * 3_600_000).toISOString()
    const starts = [0, 1, 2].map((boot) => start(boot, 100 + 10 * random.next()))
    const fingerprint = {
      targetName: `target-${nth % 3}`,
      cpuModel: 'Processor',
      revision: `r${nth}`,
    } as never
    const said = { ...verdict, runId: `run-${nth}`, startedAt }
    const record = recordOf({ ...run, night: {}, fingerprint }, said, { starts, reference: starts })
    return lineOf({ kind: 'run', seal: sealOf(record), record })
  })
  return [headerLine(), ...lines].join('')
}

const hashIn = (text: string): string | undefined => /sha256:\w{64}/.exec(text)?.[0]

test('10,000 runs have equal hashes after import and export, and after another import and export', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'a.jsonl'), manyRuns())
  const history = async (name: string, ...args: readonly string[]) => {
    const done = await runCli(['history', ...args], { cwd, env: { INFERGATE_HISTORY: `${name}.sqlite` } })
    expect(done.code, done.stderr).toBe(0)
    return done.stderr
  }
  expect(await history('one', 'import', 'a.jsonl')).toContain(
    `${RUNS} records imported; 0 were there already`,
  )
  const first = await history('one', 'export', 'b.jsonl')
  expect(await history('two', 'import', 'b.jsonl')).toContain(`${RUNS} records imported`)
  expect(hashIn(await history('two', 'export', 'c.jsonl'))).toBe(hashIn(first))
  expect(readFileSync(join(cwd, 'c.jsonl'), 'utf8')).toBe(readFileSync(join(cwd, 'a.jsonl'), 'utf8'))
  expect(await history('two', 'import', 'a.jsonl')).toContain(
    `0 records imported; ${RUNS} were there already`,
  )
  const table = await history('one', 'export', 'a.csv')
  expect(hashIn(await history('two', 'export', 'b.csv'))).toBe(hashIn(table))
})
