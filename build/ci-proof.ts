import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../testing/run-cli.ts'

/**
 * The quick proof for CI: each fault and what is about it, and a few healthy simulators. A fault that is not proven beside others is
 * judged once more, in the open, as times are on a shared machine (docs/decisions/0006). A healthy simulator that is blamed is not.
 */
type Proof = {
  readonly faults: readonly { readonly outcome: string; readonly subject: { readonly fault: string } }[]
  readonly clean: readonly { readonly alarms: readonly unknown[] }[]
}

const work = mkdtempSync(join(tmpdir(), 'infergate-proof-'))
const file = join(work, 'proof.json')

function prove(flags: readonly string[]): number | null {
  const args = [join(root, 'bin', 'infergate.mjs'), 'prove', '--quick', '--json', file, ...flags]
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status
}

process.exitCode = prove(['--seeds', '5']) ?? 1
if (process.exitCode === 10) {
  const { faults, clean }: Proof = JSON.parse(readFileSync(file, 'utf8'))
  const open = faults.filter(({ outcome }) => outcome !== 'proven' && outcome !== 'beyond')
  const ids = [...new Set(open.map(({ subject }) => subject.fault))]
  if (ids.length > 0 && clean.every(({ alarms }) => alarms.length === 0))
    process.exitCode = prove(['--seeds', '0', ...ids.flatMap((id) => ['--fault', id])]) ?? 1
}
rmSync(work, { recursive: true })
