import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigValues } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import type { Pace, Run } from '../records/index.ts'
import { readRun } from '../run/index.ts'

/** The pace that the last run of this target measured, and which run that was; undefined where none did. */
export function lastPace(values: ConfigValues): { readonly runId: string; readonly pace: Pace } | undefined {
  const run = lastRunOf(values, ({ profile }) => profile?.pace !== undefined)
  return run?.profile?.pace && { runId: run.runId, pace: run.profile.pace }
}

/** The ids that failed in the last run of this target that checked anything. Throws `usage` where there is none. */
export function lastFailed(values: ConfigValues): readonly string[] {
  const { reportsDir, targetName } = values
  const run = lastRunOf(values, ({ checks }) => checks.length > 0)
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
function lastRunOf(
  { reportsDir, targetName, target }: ConfigValues,
  isMeant: (run: Run) => boolean,
): Run | undefined {
  const place = target.kind === 'url' ? target.baseUrl : undefined
  const isOfTarget = (run: Run) =>
    run.fingerprint?.targetName === targetName &&
    // A service that only a URL names is another one at another URL.
    (targetName !== 'url' || run.target.url === place)
  const names = existsSync(reportsDir) ? readdirSync(reportsDir).filter((name) => /^\d{4}-/.test(name)) : []
  for (const name of names.toSorted().reverse()) {
    const run = readable(join(reportsDir, name))
    if (run && isOfTarget(run) && isMeant(run)) return run
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
