import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigValues } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { Run } from '../records/index.ts'
import { readRun } from '../run/index.ts'

/** The ids that failed in the last run of this target that checked anything. Throws `usage` where there is none. */
export function lastFailed({ reportsDir, targetName, target }: ConfigValues): readonly string[] {
  const place = target.kind === 'url' ? target.baseUrl : undefined
  const run = lastRunOf(reportsDir, (one) => {
    const isNamed = one.fingerprint?.targetName === targetName
    // A service that only a URL names is another one at another URL.
    return isNamed && (targetName !== 'url' || one.target.url === place)
  })
  if (!run)
    throw new HarnessError(
      'usage',
      `--last-failed needs an earlier run of ${targetName}, and ${reportsDir} has none: run without it first.`,
    )
  const failed = run.checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)
  if (failed.length > 0) return failed
  throw new HarnessError(
    'usage',
    `No check failed in the last run of ${targetName} (${run.runId}), so there is nothing to repeat: leave --last-failed out.`,
  )
}

/** Folders are named by the time of their runs. */
function lastRunOf(reportsDir: string, isMeant: (run: Run) => boolean): Run | undefined {
  const names = existsSync(reportsDir) ? readdirSync(reportsDir).filter((name) => /^\d{4}-/.test(name)) : []
  for (const name of names.toSorted().reverse()) {
    const run = readable(join(reportsDir, name))
    if (run && run.checks.length > 0 && isMeant(run)) return run
  }
  return undefined
}

function readable(folder: string): Run | undefined {
  try {
    return readRun(folder).run
  } catch (error) {
    // A folder that is no run, or was torn in its first line, is none to repeat.
    if (error instanceof HarnessError) return undefined
    throw error
  }
}
