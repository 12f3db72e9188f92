import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../src/records/index.ts'
import { type CliRun, emptyFolder, readVerdict, runCli } from '../testing/run-cli.ts'
import { deviationsOf, unrepeated } from './deviations.ts'
import { findingsOf, type Row } from './row.ts'

/** What infergate said of a row. */
export type Judged = {
  readonly run: CliRun
  /** Absent where it could not run. */
  readonly verdict?: Verdict
  /** Each way in which it is not what the row expects. */
  readonly deviations: readonly string[]
}

const NAME = 'service'

/** `--url` as a user types it, or a configuration where the row has something to say. */
function configure(row: Row, url: string, cwd: string): readonly string[] {
  if (!row.settings && findingsOf(row).length === 0) return ['--url', url]
  const headers = { Authorization: { env: 'INFERGATE_API_KEY', prefix: 'Bearer ' } }
  const waive = findingsOf(row).flatMap(({ ids, case: part, says }) =>
    ids.map((id) => ({
      ...{ id, reason: says, until: '2099-12-31' },
      ...(part !== undefined && { case: part }),
    })),
  )
  const target = { kind: 'url', url, ...(row.apiKey !== undefined && { headers }), ...row.settings }
  const config = { targets: { [NAME]: target }, policy: { waive } }
  writeFileSync(join(cwd, 'infergate.config.json'), JSON.stringify(config))
  return ['--target', NAME]
}

/** Runs `infergate check` against a server that runs, and holds what it says against what the row expects. */
export async function judge(row: Row, url: string): Promise<Judged> {
  const cwd = emptyFolder()
  const limit = row.maxSeconds === undefined ? [] : ['--max-seconds', String(row.maxSeconds)]
  const run = await runCli(['check', ...configure(row, url, cwd), ...limit], {
    cwd,
    env: { INFERGATE_API_KEY: row.apiKey ?? '' },
  })
  const verdict = existsSync(join(cwd, 'reports/latest/verdict.json')) ? readVerdict({ cwd }) : undefined
  const judged = { run, ...(verdict && { verdict }) }
  return {
    ...judged,
    deviations: [
      ...deviationsOf(row, judged),
      ...findingsOf(row).flatMap((one) => unrepeated(one, url, row.apiKey)),
    ],
  }
}
