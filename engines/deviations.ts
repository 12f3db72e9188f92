import { spawnSync } from 'node:child_process'
import type { Verdict } from '../src/records/index.ts'
import type { Finding, Row } from './row.ts'

type Said = {
  readonly run: { readonly code: number | null; readonly stderr: string }
  readonly verdict?: Pick<Verdict, 'reasons' | 'waivers'>
}

const CODES = { PASS: 0, FAIL: 10, 'could not run': 30 }

/** Each way in which what infergate said is not what the row expects. */
export function deviationsOf(row: Row, { run, verdict }: Said): readonly string[] {
  const { expected } = row
  const found: string[] = []
  if (run.code !== CODES[expected.verdict]) found.push(`exit ${run.code}, not ${CODES[expected.verdict]}`)
  const said = verdict ? verdict.reasons.join('\n') : run.stderr
  if ('names' in expected && !expected.names.test(said)) found.push(`nothing names ${String(expected.names)}`)
  for (const { id, state } of verdict?.waivers ?? [])
    if (state !== 'used') found.push(`the waiver of ${id} is ${state}`)
  return found
}

/** A finding that its own curl does not show is none. */
export function unrepeated({ ids, curl, shows }: Finding, url: string, apiKey = ''): readonly string[] {
  const { stdout, stderr } = spawnSync('bash', ['-c', curl], {
    encoding: 'utf8',
    env: { ...process.env, URL: url, INFERGATE_API_KEY: apiKey },
    timeout: 60_000,
  })
  return shows.test(stdout)
    ? []
    : [`the curl of ${ids.join(', ')} printed ${stdout.slice(0, 300)}${stderr.slice(-300)}`]
}
