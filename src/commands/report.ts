import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ExitCode } from '../errors.ts'
import { loadPromises } from '../promises/index.ts'
import type { PromiseEntry, Run } from '../records/index.ts'
import {
  createProgress,
  findRunFolder,
  publishReport,
  readRunFolder,
  type SavedRun,
} from '../reporters/index.ts'
import { decide } from '../verdict/index.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'

/** Decides a saved run again, from its run.json and samples.jsonl alone, and renders it again. Its folder stays as it is. */
export async function runReport(name: string, flags: RunFlags, io: Io): Promise<ExitCode> {
  const { values } = await readSettings(flags, io)
  const saved = readRunFolder(findRunFolder(name, values.reportsDir, io.cwd))
  const run = runAsItEnded(saved)
  const { samples } = saved
  const verdict = decide({ run, promises: promisesOf(run), samples })

  const progress = createProgress(io, { quiet: flags.quiet ?? false })
  if (saved.torn) progress.warn(`the last line of samples.jsonl is torn and was left out`)
  const choices = flags.json ? [...(flags.reporters ?? []), { name: 'json' }] : flags.reporters
  publishReport({ run, verdict, samples }, { ...io, choices: choices ?? [{ name: 'markdown' }] })
  progress.verdict(verdict, join(saved.path, 'report.md'), run)
  return verdict.exitCode
}

/** A run that left no verdict was killed: nobody was there any more to say so. */
function runAsItEnded({ run, path }: SavedRun): Run {
  if (run.cut || run.error || existsSync(join(path, 'verdict.json'))) return run
  return {
    ...run,
    cut: { kind: 'terminated', reason: 'the run was killed before it could write its verdict' },
  }
}

/** The closed list, and the user's promises as far as the run judged them. */
function promisesOf({ checks }: Run): readonly PromiseEntry[] {
  const builtIn = loadPromises()
  const known = new Set(builtIn.map(({ id }) => id))
  const own = checks
    .filter(({ id }) => !known.has(id))
    .map(({ id, suite, says, required }) => ({ id, suite, says, required, tags: [] }))
  return [...builtIn, ...own]
}
